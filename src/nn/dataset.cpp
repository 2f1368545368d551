#include "ntksweep/nn/dataset.hpp"

#include <cmath>
#include <limits>

namespace ntksweep {

namespace {

bool is_right(TargetKind kind, const Matrix& output, const Matrix& target, Index sample) {
  if (!output.col(sample).allFinite()) return false;
  if (kind == TargetKind::binary) return output(0, sample) * target(0, sample) > 0;
  Index largest = 0;
  Index label = 0;
  output.col(sample).maxCoeff(&largest);
  target.col(sample).maxCoeff(&label);
  return largest == label;
}

}  // namespace

double squared_loss(const Matrix& output, const Matrix& target) {
  return (output - target).squaredNorm() / (2.0 * static_cast<double>(target.cols()));
}

double classification_error(TargetKind kind, const Matrix& output, const Matrix& target) {
  if (kind == TargetKind::regression) return std::numeric_limits<double>::quiet_NaN();
  Index wrong = 0;
  for (Index i = 0; i < target.cols(); ++i) wrong += is_right(kind, output, target, i) ? 0 : 1;
  return static_cast<double>(wrong) / static_cast<double>(target.cols());
}

}  // namespace ntksweep
