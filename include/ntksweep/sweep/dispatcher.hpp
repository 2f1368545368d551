#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

/// Cells of one group that a rank runs one after the other, in this order.
struct Task {
  std::vector<std::uint64_t> cells;
  double predicted_s = 0;
};

/// What is still to do, and who gets what next: longest first by the cost model, which learns
/// from each finished cell. A task longer than a fair share of what is left is split between its
/// cells. Pure bookkeeping: no MPI, no file, no clock.
class Dispatcher {
 public:
  /// `is_done(cell)` tells which cells a resumed run need not do; it may turn true for cells that
  /// are finished while this object lives. Cells whose predicted memory exceeds
  /// `memory_limit_bytes` are not dispatched but listed in `too_big`. `grid` must outlive this
  /// object. 24 bytes per task.
  Dispatcher(const Job& job, const Grid& grid, const DataPool& data, std::function<bool(std::uint64_t)> is_done,
             int ranks, double memory_limit_bytes);

  std::optional<Task> next();

  /// A cell that was given out is through. Both times zero (a failed cell): nothing to learn.
  void finished(std::uint64_t cell, double training_s, double other_s);

  std::uint64_t cells_left() const { return cells_left_; }  ///< dispatched but unfinished included
  double seconds_left() const;                              ///< core seconds, by the cost model
  double longest_task_s() const;  ///< the longest single cell left: no schedule is shorter than this
  struct TooBig {
    std::uint64_t cell;
    double bytes;
  };
  const std::vector<TooBig>& too_big() const { return too_big_; }

 private:
  /// What groups that differ in nothing but seeds have in common.
  struct Kind {
    Work work;
    double bytes;
    std::uint64_t cells_left;
    double shared_s, cell_s;  ///< by the rates at the last sort
  };
  /// Cells [first, first + span) of a group, of which `pending` are to be done.
  struct Queued {
    std::uint64_t group;
    std::uint32_t first, span, pending, kind;
  };
  struct Running {
    std::uint32_t kind;
    bool with_shared, ends_task;
  };

  void enqueue(std::uint64_t group, const std::vector<std::uint64_t>& cells, std::uint32_t kind);
  void sort_queue();
  void sort_again_when_it_matters();
  bool goes_later(const Queued& a, const Queued& b) const;
  double sorted_by_s(const Queued& task) const;
  double fair_share_s() const;
  /// Takes the first `count` pending cells out of `task`.
  std::vector<std::uint64_t> take_cells(Queued& task, std::uint32_t count) const;
  void put_back(const Queued& rest);
  void start(const std::vector<std::uint64_t>& cells, std::uint32_t kind);

  const Grid& grid_;
  std::function<bool(std::uint64_t)> is_done_;
  int ranks_;
  CostModel cost_;
  std::vector<Kind> kinds_;
  std::vector<Queued> queue_;                           ///< shortest first; the next task is the last
  std::unordered_map<std::uint64_t, Running> running_;  ///< by cell: given out and not finished
  Work queued_work_, running_work_, current_work_;  ///< sums; current: of each running task the shared part and a cell
  std::vector<TooBig> too_big_;
  std::uint64_t cells_left_ = 0;
  std::uint64_t cells_learned_ = 0, learned_at_sort_ = 0;
  double ratio_at_sort_ = 1;
};

}  // namespace ntksweep
