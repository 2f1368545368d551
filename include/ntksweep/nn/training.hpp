#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "ntksweep/nn/dataset.hpp"
#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// How a cell ended. The numbers are those of the result file; 0 means not done yet.
enum class Status : std::uint8_t {
  pending = 0,
  converged = 1,
  max_steps = 2,
  diverged = 3,
  failed = 4,
  skipped = 5,
  quarantined = 6,
};

struct TrainingLimits {
  double step_size;  ///< absolute eta
  std::int64_t max_steps;
  double tolerance;  ///< converged when the training loss is at most this
};

struct TrainingOutcome {
  Status status;
  std::int64_t steps;               ///< steps taken
  std::int64_t interpolation_step;  ///< first step that interpolates, -1 when none did
};

/// Steps at which a run of `max_steps` is looked at: 0, then log-spaced, then max_steps; strictly
/// increasing, at most `count` of them (fewer when max_steps is small), at least two unless
/// max_steps is 0.
std::vector<std::int64_t> checkpoint_schedule(std::int64_t max_steps, std::int64_t count);

/// Called at the scheduled steps before the end, with the slot in the schedule and the step.
using CheckpointObserver = std::function<void(std::size_t slot, std::int64_t step)>;

/// Trains `network` in place until the tolerance, the number of steps or divergence (a loss that
/// is not finite or above 1e12 max(L_0, mean |y|^2 / 2)). The observer sees the network through
/// the reference its caller holds. The end is not reported to the observer: the caller has it.
template <class Scalar>
TrainingOutcome train(Network<Scalar>& network, const Dataset& data, const TrainingLimits& limits,
                      const std::vector<std::int64_t>& schedule, const CheckpointObserver& observe);

extern template TrainingOutcome train(Network<double>&, const Dataset&, const TrainingLimits&,
                                      const std::vector<std::int64_t>&, const CheckpointObserver&);
extern template TrainingOutcome train(Network<float>&, const Dataset&, const TrainingLimits&,
                                      const std::vector<std::int64_t>&, const CheckpointObserver&);

/// Replaces the output layer by the minimum-norm least-squares solution on its fixed features
/// (the limit of gradient descent from zero output weights): theta = y Phi^+, singular values
/// below max(p, n) eps s_max cut off. For models whose output layer alone is trained.
/// Always `converged`: it is the minimum, whether or not that interpolates. O(n p min(n, p)).
/// Throws NumericalError when LAPACK fails.
TrainingOutcome solve_minimum_norm(Network<double>& network, const Dataset& data, double tolerance);

}  // namespace ntksweep
