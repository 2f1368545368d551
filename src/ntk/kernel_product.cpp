#include "kernel_product.hpp"

#include <algorithm>

#include "ntksweep/nn/trained_layers.hpp"

namespace ntksweep {

namespace {

constexpr Index panel_columns = 256;

}  // namespace

KernelProduct::KernelProduct(const Network<double>& network, const Matrix& x)
    : network_(network),
      x_(x),
      first_trained_(first_trained_layer(network.layers)),
      signal_(network.layers.size()),
      gradient_(network.layers.size()),
      bias_gradient_(network.layers.size()) {
  forward(network, x, activity_);
  for (std::size_t l = first_trained_; l < network.layers.size(); ++l) {
    const auto& layer = network.layers[l];
    signal_[l].resize(layer.fan_out, std::min(panel_columns, x.cols()));
    if (layer.weight_rate != 0) gradient_[l].resize(layer.fan_out, layer.fan_in);
    if (layer.bias_rate != 0) bias_gradient_[l].resize(layer.fan_out);
  }
}

template <class Action>
void KernelProduct::for_each_panel(Action act) const {
  for (Index begin = 0; begin < x_.cols(); begin += panel_columns) {
    act(Panel{begin, std::min(panel_columns, x_.cols() - begin)});
  }
}

Vector KernelProduct::operator()(const Vector& v) {
  for (Matrix& gradient : gradient_) gradient.setZero();
  for (Vector& gradient : bias_gradient_) gradient.setZero();
  for_each_panel([&](const Panel& panel) { add_gradient(v, panel); });
  for (std::size_t l = first_trained_; l < signal_.size(); ++l) {
    const auto& layer = network_.layers[l];
    gradient_[l] *= layer.weight_rate * layer.scale * layer.scale;
    bias_gradient_[l] *= layer.bias_rate * layer.bias_scale * layer.bias_scale;
  }
  Vector result(size());
  for_each_panel([&](const Panel& panel) { tangent(panel, result); });
  return result;
}

/// Signals of layer l - 1 from those of layer l: (s W^T signal) o slope, in one pass for one output.
void KernelProduct::descend(std::size_t l, const Panel& panel) {
  const Matrix& weights = network_.weights[l];
  const double scale = network_.layers[l].scale;
  const auto slope = activity_.slope[l - 1].middleCols(panel.begin, panel.count);
  auto below = signal_[l - 1].leftCols(panel.count);
  if (weights.rows() == 1) {
    const auto row = weights.reshaped();
    for (Index i = 0; i < panel.count; ++i) {
      below.col(i) = (scale * signal_[l](0, i)) * row.cwiseProduct(slope.col(i));
    }
    return;
  }
  below.noalias() = scale * weights.transpose() * signal_[l].leftCols(panel.count);
  below.array() *= slope.array();
}

/// Column-major C x n is sample-major: entry (c, i) lies at i C + c.
void KernelProduct::add_gradient(const Vector& v, const Panel& panel) {
  signal_.back().leftCols(panel.count) =
      v.segment(panel.begin * outputs(), panel.count * outputs()).reshaped(outputs(), panel.count);
  for (std::size_t l = signal_.size(); l-- > first_trained_;) {
    const auto signal = signal_[l].leftCols(panel.count);
    if (gradient_[l].size() != 0) {
      gradient_[l].noalias() += signal * input(l).middleCols(panel.begin, panel.count).transpose();
    }
    if (bias_gradient_[l].size() != 0) bias_gradient_[l] += signal.rowwise().sum();
    if (l > first_trained_) descend(l, panel);
  }
}

/// dz_l = g_l h_{l-1} + g^b_l 1^T + s W dh_{l-1}, dh_l = dz_l o slope, in the place of the signals.
void KernelProduct::tangent(const Panel& panel, Vector& result) {
  for (std::size_t l = first_trained_; l < signal_.size(); ++l) {
    auto dz = signal_[l].leftCols(panel.count);
    dz.setZero();
    if (gradient_[l].size() != 0) {
      dz.noalias() += gradient_[l] * input(l).middleCols(panel.begin, panel.count);
    }
    if (bias_gradient_[l].size() != 0) dz.colwise() += bias_gradient_[l];
    if (l > first_trained_) {
      dz.noalias() += network_.layers[l].scale * network_.weights[l] * signal_[l - 1].leftCols(panel.count);
    }
    if (l + 1 < signal_.size()) {
      dz.array() *= activity_.slope[l].middleCols(panel.begin, panel.count).array();
    }
  }
  result.segment(panel.begin * outputs(), panel.count * outputs()) = signal_.back().leftCols(panel.count).reshaped();
}

Vector KernelProduct::diagonal() {
  Vector diagonal = Vector::Zero(size());
  for (Index output = 0; output < outputs(); ++output) {
    for_each_panel([&](const Panel& panel) { add_diagonal(output, panel, diagonal); });
  }
  return diagonal;
}

/// sum_l (c s^2 |h_{l-1}|^2 + c_b beta^2) |df_c/dz_l|^2 for each sample.
void KernelProduct::add_diagonal(Index output, const Panel& panel, Vector& diagonal) {
  signal_.back().setZero();
  signal_.back().row(output).setOnes();
  for (std::size_t l = signal_.size(); l-- > first_trained_;) {
    const auto& layer = network_.layers[l];
    const double factor = layer.weight_rate * layer.scale * layer.scale;
    const double offset = layer.bias_rate * layer.bias_scale * layer.bias_scale;
    for (Index i = 0; i < panel.count; ++i) {
      const double gram = input(l).col(panel.begin + i).squaredNorm();
      diagonal((panel.begin + i) * outputs() + output) += (factor * gram + offset) * signal_[l].col(i).squaredNorm();
    }
    if (l > first_trained_) descend(l, panel);
  }
}

}  // namespace ntksweep
