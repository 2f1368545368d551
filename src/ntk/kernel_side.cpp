#include "kernel_side.hpp"

#include <algorithm>
#include <utility>

#include "ntksweep/nn/large_matrix.hpp"

namespace ntksweep {

namespace {

Columns columns_of(const Matrix& matrix) { return {matrix.data(), matrix.rows(), matrix.cols()}; }

}  // namespace

KernelSide::KernelSide(const Network<double>& network, const Matrix& x, Activity<double>& activity)
    : network_(network), x_(x), activity_(activity), outputs_(network.layers.back().fan_out) {}

Columns KernelSide::input(std::size_t l) const { return columns_of(l == 0 ? x_ : activity_.hidden[l - 1]); }

Columns KernelSide::signals_apart() const { return columns_of(signals_); }

Columns KernelSide::signals_stacked() const { return {signals_.data(), signals_.rows() * outputs_, samples()}; }

Columns KernelSide::mean_signal() {
  const Matrix& readout = network_.weights.back();
  const Vector mean_square = readout.colwise().squaredNorm() / static_cast<double>(outputs_);
  const Vector weight = network_.layers.back().scale * mean_square.cwiseSqrt();
  activity_.slope.back().array().colwise() *= weight.array();
  return columns_of(activity_.slope.back());
}

/// s_out W_out[c, k] phi'(z_k).
void KernelSide::start() {
  Matrix& slope = activity_.slope.back();
  const Matrix readout = network_.layers.back().scale * network_.weights.back().transpose();
  if (outputs_ == 1) {
    signals_ = std::move(slope);
    signals_.array().colwise() *= readout.col(0).array();
    return;
  }
  resize_large(signals_, slope.rows(), slope.cols() * outputs_);
  for (Index i = 0; i < slope.cols(); ++i) {
    for (Index c = 0; c < outputs_; ++c) {
      signals_.col(i * outputs_ + c) = slope.col(i).cwiseProduct(readout.col(c));
    }
  }
}

/// s W^T signal o phi'(z), a panel of columns at a time: hidden layers have one width.
void KernelSide::descend_to(std::size_t l) {
  if (l + 2 == network_.layers.size()) return start();
  constexpr Index panel = 256;
  const Matrix transposed = network_.layers[l + 1].scale * network_.weights[l + 1].transpose();
  const Matrix& slope = activity_.slope[l];
  Matrix below;
  for (Index begin = 0; begin < signals_.cols(); begin += panel) {
    auto signals = signals_.middleCols(begin, std::min(panel, signals_.cols() - begin));
    below.noalias() = transposed * signals;
    for (Index j = 0; j < signals.cols(); ++j) {
      signals.col(j) = below.col(j).cwiseProduct(slope.col((begin + j) / outputs_));
    }
  }
}

}  // namespace ntksweep
