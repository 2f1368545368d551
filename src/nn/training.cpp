#include "ntksweep/nn/training.hpp"

#include <algorithm>
#include <cmath>

#include "ntksweep/nn/gradient_descent.hpp"

namespace ntksweep {

namespace {

/// Convergent catapults peak at some 1e7 L_0; what is above this does not come back.
constexpr double divergence_factor = 1e12;

template <class S>
bool all_correct(TargetKind kind, const MatrixOf<S>& output, const MatrixOf<S>& target) {
  if (kind == TargetKind::binary) return (output.array() * target.array() > S(0)).all();
  for (Index i = 0; i < output.cols(); ++i) {
    Index largest = 0;
    Index label = 0;
    output.col(i).maxCoeff(&largest);
    target.col(i).maxCoeff(&label);
    if (largest != label) return false;
  }
  return true;
}

/// Classification: no training error. Regression: the loss is within the tolerance.
template <class S>
bool interpolates(TargetKind kind, const MatrixOf<S>& output, const MatrixOf<S>& target, double loss,
                  double tolerance) {
  if (kind == TargetKind::regression) return loss <= tolerance;
  return std::isfinite(loss) && all_correct(kind, output, target);
}

Status status_at(double loss, double bound, std::int64_t step, const TrainingLimits& limits) {
  if (!std::isfinite(loss) || loss > bound) return Status::diverged;
  if (loss <= limits.tolerance) return Status::converged;
  return step == limits.max_steps ? Status::max_steps : Status::pending;
}

}  // namespace

template <class S>
TrainingOutcome train(Network<S>& network, const Dataset& data, const TrainingLimits& limits,
                      const std::vector<std::int64_t>& schedule, const CheckpointObserver& observe) {
  const MatrixOf<S> x = data.x.cast<S>();
  const MatrixOf<S> y = data.y.cast<S>();
  GradientDescent<S> descent(network, x, y);
  TrainingOutcome outcome{Status::pending, 0, -1};
  const double target_scale = data.y.squaredNorm() / (2.0 * static_cast<double>(data.y.cols()));
  double bound = 0;
  std::size_t slot = 0;
  for (std::int64_t step = 0;; ++step) {
    const double loss = descent.evaluate();
    if (step == 0) bound = divergence_factor * std::max(loss, target_scale);
    outcome.steps = step;
    outcome.status = status_at(loss, bound, step, limits);
    if (outcome.interpolation_step < 0 && interpolates(data.kind, descent.output(), y, loss, limits.tolerance)) {
      outcome.interpolation_step = step;
    }
    if (outcome.status != Status::pending) return outcome;
    if (slot < schedule.size() && schedule[slot] == step) observe(slot++, step);
    descent.step(limits.step_size);
  }
}

template TrainingOutcome train(Network<double>&, const Dataset&, const TrainingLimits&,
                               const std::vector<std::int64_t>&, const CheckpointObserver&);
template TrainingOutcome train(Network<float>&, const Dataset&, const TrainingLimits&, const std::vector<std::int64_t>&,
                               const CheckpointObserver&);

}  // namespace ntksweep
