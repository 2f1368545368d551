#pragma once

#include "ntksweep/sweep/cell.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// Predicted work of one cell in flops, by kind, because the kinds run at different rates.
struct Work {
  double shared = 0;    ///< K_0 and its spectrum: once for all step sizes of a group
  double training = 0;  ///< all steps, at max_steps
  double kernels = 0;   ///< kernels and spectra after initialization, outputs at checkpoints
};
Work predict_work(const Job& job, const CellSpec& spec, const DataShape& shape);

/// Predicted peak memory of a rank while it runs one cell of this kind, in bytes: data, parameters,
/// activity, kernels, spectrum workspace. Raw data files not included.
double predict_bytes(const Job& job, const CellSpec& spec, const DataShape& shape);

/// Seconds per flop by kind of work, learned from finished cells (ratio of sums, so that large
/// cells count for more), and what part of max_steps cells really take.
class CostModel {
 public:
  double seconds(const Work& work, bool with_shared) const;
  void learn(const Work& work, bool with_shared, double training_s, double other_s);

 private:
  double training_flops_ = 0, training_s_ = 0, other_flops_ = 0, other_s_ = 0;
};

}  // namespace ntksweep
