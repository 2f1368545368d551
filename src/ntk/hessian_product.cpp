#include "ntksweep/ntk/hessian_product.hpp"

#include <cmath>
#include <utility>

#include "ntksweep/nn/trained_layers.hpp"

namespace ntksweep {

namespace {

/// z = s W h + beta b, which a forward pass overwrites with phi(z).
Matrix preactivation(const Network<double>& network, std::size_t l, const Matrix& input) {
  const auto& layer = network.layers[l];
  Matrix z = layer.scale * (network.weights[l] * input);
  if (layer.has_bias) z.colwise() += layer.bias_scale * network.biases[l];
  return z;
}

}  // namespace

OutputDerivatives squared_loss_derivatives(const Matrix& output, const Matrix& target) {
  return {output - target, [](const Matrix& v) { return v; }};
}

HessianProduct::HessianProduct(const Network<double>& network, const Matrix& x, OutputDerivatives loss)
    : network_(network),
      x_(x),
      loss_(std::move(loss)),
      size_(trained_parameter_count(network.layers)),
      first_trained_(first_trained_layer(network.layers)) {
  forward(network, x, activity_);
  descend();
}

/// The backward pass of the gradient.
void HessianProduct::descend() {
  signal_.resize(network_.layers.size());
  bend_.resize(network_.layers.size() - 1);
  signal_.back() = loss_.signal;
  for (std::size_t l = network_.layers.size() - 1; l-- > first_trained_;) {
    const Matrix below = network_.layers[l + 1].scale * (network_.weights[l + 1].transpose() * signal_[l + 1]);
    bend_[l] = below.cwiseProduct(network_.activation->curvature(preactivation(network_, l, input(l))));
    signal_[l] = below.cwiseProduct(activity_.slope[l]);
  }
}

std::vector<HessianProduct::Direction> HessianProduct::directions(const Vector& v) const {
  std::vector<Direction> all(network_.layers.size());
  Index begin = 0;
  for (std::size_t l = first_trained_; l < all.size(); ++l) {
    const auto& layer = network_.layers[l];
    if (layer.weight_rate != 0) {
      const Index count = layer.fan_out * layer.fan_in;
      all[l].weights = std::sqrt(layer.weight_rate) * v.segment(begin, count).reshaped(layer.fan_out, layer.fan_in);
      begin += count;
    }
    if (layer.bias_rate != 0) {
      all[l].biases = std::sqrt(layer.bias_rate) * v.segment(begin, layer.fan_out);
      begin += layer.fan_out;
    }
  }
  return all;
}

/// dz_l = s (dW h + W dh) + beta db; `dh` is empty below the first trained layer.
Matrix HessianProduct::tangent(std::size_t l, const Direction& direction, const Matrix& dh) const {
  const auto& layer = network_.layers[l];
  Matrix dz = Matrix::Zero(layer.fan_out, x_.cols());
  if (direction.weights.size() != 0) dz.noalias() += layer.scale * (direction.weights * input(l));
  if (dh.size() != 0) dz.noalias() += layer.scale * (network_.weights[l] * dh);
  if (direction.biases.size() != 0) dz.colwise() += layer.bias_scale * direction.biases;
  return dz;
}

/// Downwards with g = n dL/dz: dg_out = l'' df, dg_l = s (dW^T g + W^T dg)_{l+1} o phi' + bend o dz_l;
/// the derivative of the gradient s g h^T is s (dg h^T + g dh^T), that of beta g 1 is beta dg 1.
Vector HessianProduct::operator()(const Vector& v) const {
  const auto direction = directions(v);
  const std::size_t count = network_.layers.size();
  std::vector<Matrix> dz(count);
  std::vector<Matrix> dh(count);  // dh[l] enters layer l.
  for (std::size_t l = first_trained_; l < count; ++l) {
    dz[l] = tangent(l, direction[l], dh[l]);
    if (l + 1 < count) dh[l + 1] = dz[l].cwiseProduct(activity_.slope[l]);
  }
  Vector result(size_);
  Index end = size_;
  const double samples = static_cast<double>(x_.cols());
  Matrix dg = loss_.curvature(dz.back());
  for (std::size_t l = count; l-- > first_trained_;) {
    const auto& layer = network_.layers[l];
    if (layer.bias_rate != 0) {
      end -= layer.fan_out;
      result.segment(end, layer.fan_out) =
          (std::sqrt(layer.bias_rate) * layer.bias_scale / samples) * dg.rowwise().sum();
    }
    if (layer.weight_rate != 0) {
      Matrix change = dg * input(l).transpose();
      if (dh[l].size() != 0) change.noalias() += signal_[l] * dh[l].transpose();
      end -= change.size();
      result.segment(end, change.size()) = (std::sqrt(layer.weight_rate) * layer.scale / samples) * change.reshaped();
    }
    if (l == first_trained_) break;
    Matrix below = network_.weights[l].transpose() * dg;
    if (direction[l].weights.size() != 0) below.noalias() += direction[l].weights.transpose() * signal_[l];
    dg = (layer.scale * below).cwiseProduct(activity_.slope[l - 1]) + bend_[l - 1].cwiseProduct(dz[l - 1]);
  }
  return result;
}

}  // namespace ntksweep
