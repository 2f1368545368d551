#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

/// Cells of one group that a rank runs one after the other.
struct Task {
  std::vector<std::uint64_t> cells;
  double predicted_s = 0;
};

/// What is still to do, and who gets what next: longest first by the cost model, which learns
/// from each finished cell. A task longer than a fair share of what is left is split between its
/// cells. Pure bookkeeping: no MPI, no file, no clock.
class Dispatcher {
 public:
  /// `is_done(cell)` tells which cells a resumed run need not do. Cells whose predicted memory
  /// exceeds `memory_limit_bytes` are not dispatched but listed in `too_big`.
  Dispatcher(const Job& job, const Grid& grid, const DataPool& data, const std::function<bool(std::uint64_t)>& is_done,
             int ranks, double memory_limit_bytes);

  std::optional<Task> next();
  void finished(std::uint64_t cell, double training_s, double other_s);

  std::uint64_t cells_left() const { return cells_left_; }  ///< dispatched but unfinished included
  double seconds_left() const;                              ///< core seconds, by the cost model
  double longest_task_s() const;                            ///< no schedule is shorter than this
  struct TooBig {
    std::uint64_t cell;
    double bytes;
  };
  const std::vector<TooBig>& too_big() const { return too_big_; }

 private:
  /// A range of the pending cells of one group.
  struct Queued {
    std::uint64_t group;
    std::uint32_t first, count;
    float shared, per_cell_training, per_cell_kernels;
  };
  const Job& job_;
  const Grid& grid_;
  const DataPool& data_;
  std::function<bool(std::uint64_t)> is_done_;
  int ranks_;
  CostModel cost_;
  std::vector<Queued> queue_;  ///< cheapest first; the next task is the last
  std::vector<TooBig> too_big_;
  std::uint64_t cells_left_ = 0;
};

}  // namespace ntksweep
