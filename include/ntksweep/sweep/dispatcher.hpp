#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ntksweep/core/state_slot.hpp"
#include "ntksweep/sweep/backlog.hpp"
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

/// What is still to do, and what goes next: cells that take most ranks first, and of these the longest by the cost
/// model, which learns from each finished cell. A task longer than a fair share of what is left is split between its
/// cells. Where time is limited, cells wait that cannot get as far as their training in what is left of it
/// (docs/decisions/0016-admission.md). Pure bookkeeping: no MPI, no file, no clock. Seconds are those of ranks: a cell
/// of a team of k counts k times.
class Dispatcher {
 public:
  /// `is_done(cell)` tells which cells a resumed run need not do; it may turn true for cells that
  /// are finished while this object lives. A cell takes as many ranks of a node as have its predicted memory at
  /// `memory_limit_bytes` each; those that no node holds are not dispatched but listed in `too_big`. `grid` must
  /// outlive this object. 24 bytes per task, and some 200 per kind of cells.
  Dispatcher(const Job& job, const Grid& grid, const DataPool& data, std::function<bool(std::uint64_t)> is_done,
             Teams teams, double memory_limit_bytes);

  const Teams& teams() const { return teams_; }

  /// From now on a cell is given out only if what cannot be saved of it, all before its training, may be through in
  /// this many seconds.
  void limit_time(double seconds_left) { time_left_s_ = seconds_left; }

  /// How many claims the cells have that wait and may begin.
  std::size_t claims() const;
  /// The largest of these claims; the largest below `limit` where one is given.
  std::optional<Claim> largest_claim(const std::optional<Claim>& limit = {}) const;
  /// The longest task whose cells make this claim, of those that may begin.
  std::optional<Task> next(const Claim& claim);
  /// The same for the largest claim.
  std::optional<Task> next();

  /// A cell that was given out is through. Both times zero (a failed cell): nothing to learn.
  void finished(std::uint64_t cell, double training_s, double other_s);

  /// Whether the cell was given out and is not through.
  bool is_out(std::uint64_t cell) const { return running_.contains(cell); }

  /// Cells of one task, in its order, all of them out, will not be through: they wait again.
  void give_back(std::span<const std::uint64_t> cells);

  /// There is one rank less to share what is left.
  void lose_rank() { ++ranks_lost_; }
  int ranks_left() const { return teams_.ranks() - ranks_lost_; }

  /// Learns from cells of earlier runs. `times_of` gives zeros for those that have none; of each group the first of
  /// them is taken for the one that made the shared part.
  struct Times {
    double training_s, other_s;
  };
  void recall(const DataPool& data, const std::function<Times(std::uint64_t cell)>& times_of);

  std::uint64_t cells_left() const { return cells_left_; }  ///< dispatched but unfinished included
  double seconds_left() const;                              ///< of ranks, by the cost model
  double pace() const { return pace_; }                     ///< of the cost model as predictions have it now
  double longest_task_s() const;    ///< the longest single cell left: no schedule is shorter than this
  double shortest_start_s() const;  ///< what a cell that is left takes at least, by prediction, before it can be saved
  struct TooBig {
    std::uint64_t cell;
    double bytes, available_bytes;
    int ranks;  ///< of the largest node, which have `available_bytes`
  };
  const std::vector<TooBig>& too_big() const { return too_big_; }

 private:
  /// Whether a cell that is left in its training goes on from there.
  enum class CanBeSaved : std::uint8_t { never, in_training };
  /// What groups that differ in nothing but seeds have in common.
  struct Kind {
    double bytes;
    Claim claim;
    int ranks;  ///< of the smallest team; 0 where no node holds such a cell
    CanBeSaved saved;
    std::uint64_t cells_left;
  };
  struct Running {
    std::uint64_t group;
    std::uint32_t kind;
    Place place;
    bool ends_task;
  };

  void add_kind(const Job& job, const CellSpec& spec, const DataShape& shape);
  void enqueue(std::uint64_t group, const std::vector<std::uint64_t>& cells, std::uint32_t kind);
  void leave_out(const std::vector<std::uint64_t>& cells, std::uint32_t kind);
  double start_s(std::uint32_t kind) const;
  bool may_begin(std::uint32_t kind) const;
  std::uint32_t cells_in_time(std::uint32_t kind, std::uint32_t count) const;
  void renew();
  double fair_share_s() const;
  /// Takes the first `count` pending cells out of `task`.
  std::vector<std::uint64_t> take_cells(WaitingTask& task, std::uint32_t count) const;
  void start(const std::vector<std::uint64_t>& cells, std::uint64_t group, std::uint32_t kind);
  Running take_out(std::uint64_t cell);

  const Grid& grid_;
  std::function<bool(std::uint64_t)> is_done_;
  Teams teams_;
  double memory_limit_bytes_;
  int ranks_lost_ = 0;
  double time_left_s_ = std::numeric_limits<double>::infinity();
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
