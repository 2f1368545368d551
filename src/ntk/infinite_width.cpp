#include "ntksweep/ntk/infinite_width.hpp"

#include "ntksweep/ntk/activation_moments.hpp"

namespace ntksweep {

namespace {

/// s^2 v: what one input contributes to the variance of a pre-activation.
double weight_variance(const LayerRule& layer) { return layer.scale * layer.scale * layer.weight_sd * layer.weight_sd; }

double bias_variance(const LayerRule& layer) {
  return layer.has_bias ? layer.bias_scale * layer.bias_scale * layer.bias_sd * layer.bias_sd : 0;
}

/// Covariance of pre-activations from the inner products of the layer's inputs.
PairCovariance covariance(const LayerRule& layer, const PairCovariance& gram) {
  const double weight = weight_variance(layer);
  const double bias = bias_variance(layer);
  return {weight * gram.cross.array() + bias, weight * gram.rows.array() + bias, weight * gram.columns.array() + bias};
}

/// c s^2 G + c_b beta^2.
Matrix direct_term(const LayerRule& layer, const Matrix& gram) {
  const double bias = layer.has_bias ? layer.bias_rate * layer.bias_scale * layer.bias_scale : 0;
  return layer.weight_rate * layer.scale * layer.scale * gram.array() + bias;
}

Matrix symmetrized(const Matrix& m) { return (m + m.transpose()) / 2; }

}  // namespace

InfiniteKernels infinite_kernels(const std::vector<LayerRule>& layers, const Activation& activation, double leaky_slope,
                                 const Matrix& rows, const Matrix& columns) {
  PairCovariance gram{rows.transpose() * columns, rows.colwise().squaredNorm(), columns.colwise().squaredNorm()};
  PairCovariance below = covariance(layers.front(), gram);
  Matrix ntk = direct_term(layers.front(), gram.cross);
  for (std::size_t l = 1; l < layers.size(); ++l) {
    const auto fan_in = static_cast<double>(layers[l].fan_in);
    const PairMoments moments = activation_moments(activation, leaky_slope, below);
    gram = {fan_in * moments.values, fan_in * activation_second_moment(activation, leaky_slope, below.rows),
            fan_in * activation_second_moment(activation, leaky_slope, below.columns)};
    ntk.array() *= weight_variance(layers[l]) * fan_in * moments.slopes.array();
    ntk += direct_term(layers[l], gram.cross);
    below = covariance(layers[l], gram);
  }
  return {std::move(ntk), std::move(below.cross)};
}

InfiniteKernels infinite_kernels(const std::vector<LayerRule>& layers, const Activation& activation, double leaky_slope,
                                 const Matrix& x) {
  const InfiniteKernels kernels = infinite_kernels(layers, activation, leaky_slope, x, x);
  return {symmetrized(kernels.ntk), symmetrized(kernels.nngp)};
}

}  // namespace ntksweep
