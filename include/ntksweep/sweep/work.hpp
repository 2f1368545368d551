#pragma once

#include <string>
#include <vector>

#include "ntksweep/ntk/statistics.hpp"
#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// Predicted work of one cell in flops, by kind, because the kinds run at different rates.
struct Work {
  double shared = 0;    ///< K_0 and its spectrum: once for all step sizes of a group
  double training = 0;  ///< all steps, at max_steps
  double kernels = 0;   ///< kernels and spectra after initialization, outputs at checkpoints
};
Work predict_work(const Job& job, const CellSpec& spec, const DataShape& shape);

/// What a group of statistics adds to the work that every cell has, where the job records any of it
/// (part of predict_work); zero elsewhere. Kernels and spectra that every job with kernels takes
/// are not counted for a group.
Work predict_group_work(const Job& job, Group group, const CellSpec& spec, const DataShape& shape);

/// The work of a whole grid by what it is for, in flops: "training", "kernels" (with drawing data,
/// the critical step and outputs), and each recorded group that adds to it. Largest first.
struct WorkShare {
  std::string purpose;
  double flops;
};
std::vector<WorkShare> work_by_purpose(const Job& job, const Grid& grid, const DataPool& data);

/// Predicted peak memory of a rank while it runs one cell of this kind, in bytes: data, parameters,
/// activity, kernels, spectrum workspace. Raw data files not included.
double predict_bytes(const Job& job, const CellSpec& spec, const DataShape& shape);

/// Seconds per flop by kind of work, learned from finished cells (ratio of sums, so that large
/// cells count for more), and with it what part of max_steps cells really take.
class CostModel {
 public:
  double seconds(const Work& work, bool with_shared) const;

  /// A finished cell took `training_s` for its training and `other_s` for the rest. Cells without
  /// any time (failed, skipped) teach nothing.
  void learn(const Work& work, bool with_shared, double training_s, double other_s);

  /// Seconds per flop of training over those of the rest: what the order of tasks depends on.
  double training_to_other() const;

 private:
  // Before anything is learned: a thousandth of a second at 20 Gflop/s, soon outweighed.
  double training_flops_ = 2e7, training_s_ = 1e-3, other_flops_ = 2e7, other_s_ = 1e-3;
};

}  // namespace ntksweep
