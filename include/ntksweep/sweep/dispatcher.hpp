#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "ntksweep/sweep/backlog.hpp"
#include "ntksweep/core/state_slot.hpp"
#include "ntksweep/sweep/cost_model.hpp"
#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/task_queue.hpp"
#include "ntksweep/sweep/teams.hpp"

namespace ntksweep {

/// Cells of one group that a rank runs one after the other, in this order.
struct Task {
  std::vector<std::uint64_t> cells;
  double predicted_s = 0;
  int ranks = 1;  ///< that it takes: the one that runs it, and the next ones on its node, which wait
  std::vector<CellState> states = {};  ///< that some of its cells go on from
};

/// What is still to do, and what goes next: cells of most threads first, and of these the longest by the cost model,
/// which learns from each finished cell. A task longer than a fair share of what is left is split between its
/// cells. Pure bookkeeping: no MPI, no file, no clock. Seconds are those of ranks: a cell of a team of k counts k
/// times.
class Dispatcher {
 public:
  /// `is_done(cell)` tells which cells a resumed run need not do; it may turn true for cells that
  /// are finished while this object lives. Cells whose predicted memory exceeds `memory_limit_bytes` for each
  /// rank of their team are not dispatched but listed in `too_big`. `grid` must outlive this object. 24 bytes per task,
  /// and some 200 per kind of cells.
  Dispatcher(const Job& job, const Grid& grid, const DataPool& data, std::function<bool(std::uint64_t)> is_done,
             Teams teams, double memory_limit_bytes);

  const Teams& teams() const { return teams_; }

  /// How many numbers of threads the cells of waiting tasks have.
  std::size_t thread_counts() const { return queue_.thread_counts(); }
  /// The most threads, if fewer than `limit`, that cells of a waiting task run on.
  std::optional<int> most_threads_below(int limit) const { return queue_.most_threads_below(limit); }
  /// The longest task whose cells run on this many threads.
  std::optional<Task> next(int threads);
  /// The same for most threads.
  std::optional<Task> next();

  /// A cell that was given out is through. Both times zero (a failed cell): nothing to learn.
  void finished(std::uint64_t cell, double training_s, double other_s);

  /// Learns from cells of earlier runs. `times_of` gives zeros for those that have none; of each group the first of
  /// them is taken for the one that made the shared part.
  struct Times {
    double training_s, other_s;
  };
  void recall(const DataPool& data, const std::function<Times(std::uint64_t cell)>& times_of);

  std::uint64_t cells_left() const { return cells_left_; }  ///< dispatched but unfinished included
  double seconds_left() const;                              ///< of ranks, by the cost model
  double pace() const { return pace_; }                     ///< of the cost model as predictions have it now
  double longest_task_s() const;  ///< the longest single cell left: no schedule is shorter than this
  struct TooBig {
    std::uint64_t cell;
    double bytes, available_bytes;
    int ranks;  ///< that a cell of its threads takes
  };
  const std::vector<TooBig>& too_big() const { return too_big_; }

 private:
  /// What groups that differ in nothing but seeds have in common.
  struct Kind {
    double bytes;
    int threads, ranks;
    std::uint64_t cells_left;
  };
  struct Running {
    std::uint32_t kind;
    Place place;
    bool ends_task;
  };

  void add_kind(const Job& job, const CellSpec& spec, const DataShape& shape);
  void enqueue(std::uint64_t group, const std::vector<std::uint64_t>& cells, std::uint32_t kind);
  void renew();
  double fair_share_s() const;
  /// Takes the first `count` pending cells out of `task`.
  std::vector<std::uint64_t> take_cells(WaitingTask& task, std::uint32_t count) const;
  void start(const std::vector<std::uint64_t>& cells, std::uint32_t kind);

  const Grid& grid_;
  std::function<bool(std::uint64_t)> is_done_;
  Teams teams_;
  CostModel cost_;
  double pace_ = 0;  ///< when each_ was renewed
  std::vector<Kind> kinds_;
  std::vector<Seconds> each_;  ///< of ranks, by kind: as of the last renewal
  TaskQueue queue_;
  std::unordered_map<std::uint64_t, Running> running_;  ///< by cell: given out and not finished
  Backlog waiting_, given_, at_work_;                   ///< at_work: of each task given out the shared part and a cell
  std::vector<TooBig> too_big_;
  std::uint64_t cells_left_ = 0;
  std::uint64_t cells_learned_ = 0, renewed_at_ = 0;
};

}  // namespace ntksweep
