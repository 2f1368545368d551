#include "kernel_product.hpp"

namespace ntksweep {

KernelProduct::KernelProduct(const Network<double>& network, const Matrix& x) : network_(network), x_(x) {
  forward(network, x, activity_);
}

Vector KernelProduct::operator()(const Vector& v) const {
  // Column-major C x n is sample-major: entry (c, i) lies at i C + c.
  const Matrix result = tangent(backward(v.reshaped(activity_.output.rows(), x_.cols())));
  return result.reshaped();
}

std::vector<Matrix> KernelProduct::backward(const Matrix& v) const {
  std::vector<Matrix> signals(network_.layers.size());
  signals.back() = v;
  for (std::size_t l = signals.size() - 1; l > 0; --l) {
    signals[l - 1] = (network_.layers[l].scale * network_.weights[l]).transpose() * signals[l];
    signals[l - 1].array() *= activity_.slope[l - 1].array();
  }
  return signals;
}

/// dz_l = c s^2 signal_l h^T h + c_b beta^2 signal_l 1 1^T + s W dh_{l-1}.
Matrix KernelProduct::tangent(const std::vector<Matrix>& signals) const {
  Matrix dh;
  for (std::size_t l = 0; l < signals.size(); ++l) {
    const auto& layer = network_.layers[l];
    Matrix dz = Matrix::Zero(layer.fan_out, x_.cols());
    if (l > 0) dz.noalias() += (layer.scale * network_.weights[l]) * dh;
    if (layer.weight_rate != 0) {
      const Matrix gradient = signals[l] * input(l).transpose();
      dz.noalias() += (layer.weight_rate * layer.scale * layer.scale * gradient) * input(l);
    }
    if (layer.bias_rate != 0) {
      dz.colwise() += layer.bias_rate * layer.bias_scale * layer.bias_scale * signals[l].rowwise().sum();
    }
    dh = l + 1 < signals.size() ? Matrix(dz.cwiseProduct(activity_.slope[l])) : dz;
  }
  return dh;
}

}  // namespace ntksweep
