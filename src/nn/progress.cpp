#include "progress.hpp"

#include <algorithm>
#include <cmath>

namespace ntksweep {

namespace {

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

}  // namespace

double divergence_bound(double initial_loss, const Matrix& targets) {
  return 1e12 * std::max(initial_loss, targets.squaredNorm() / (2.0 * static_cast<double>(targets.cols())));
}

Progress::Progress(const Dataset& data, const TrainingRules& rules)
    : data_(data), max_steps_(static_cast<double>(rules.max_steps)), tolerance_(rules.tolerance) {}

Status Progress::status_at(double time, double loss) const {
  if (!std::isfinite(loss) || loss > bound_) return Status::diverged;
  if (loss <= tolerance_) return Status::converged;
  return time >= max_steps_ ? Status::max_steps : Status::pending;
}

template <class S>
Status Progress::look(double time, double loss, const MatrixOf<S>& output, const MatrixOf<S>& target) {
  const auto step = static_cast<std::int64_t>(std::ceil(time));
  if (time == 0) {
    bound_ = divergence_bound(loss, data_.y);
    outcome_.initial_loss = loss;
  }
  // Written so that a NaN is a peak too.
  if (time == 0 || !(loss <= outcome_.peak_loss)) {
    outcome_.peak_loss = loss;
    outcome_.peak_step = step;
  }
  outcome_.steps = step;
  outcome_.final_loss = loss;
  outcome_.status = status_at(time, loss);
  if (outcome_.interpolation_step < 0 && interpolates(data_.kind, output, target, loss, tolerance_)) {
    outcome_.interpolation_step = step;
  }
  return outcome_.status;
}

void Progress::save(ByteWriter& out) const {
  out.put(outcome_);
  out.put(bound_);
}

void Progress::restore(ByteReader& in) {
  outcome_ = in.get<TrainingOutcome>();
  bound_ = in.get<double>();
}

template Status Progress::look(double, double, const MatrixOf<double>&, const MatrixOf<double>&);
template Status Progress::look(double, double, const MatrixOf<float>&, const MatrixOf<float>&);

}  // namespace ntksweep
