#include "ntksweep/nn/gradient.hpp"

#include "descend.hpp"

namespace ntksweep {

Gradient gradient(const Network<double>& network, const Matrix& x, const Activity<double>& activity,
                  const Matrix& signal, std::size_t first) {
  Gradient result{std::vector<Matrix>(network.layers.size()), std::vector<Vector>(network.layers.size())};
  Matrix here = signal;
  for (std::size_t l = network.layers.size(); l-- > first;) {
    const auto& layer = network.layers[l];
    result.weights[l].resize(layer.fan_out, layer.fan_in);
    blas::multiply(layer.scale, blas::plain(here), blas::transposed(l == 0 ? x : activity.hidden[l - 1]), 0.0,
                   result.weights[l]);
    if (layer.has_bias) result.biases[l] = layer.bias_scale * here.rowwise().sum();
    if (l == first) break;
    Matrix below(layer.fan_in, x.cols());
    descend(layer.scale, network.weights[l], here, activity.slope[l - 1], below);
    here = std::move(below);
  }
  return result;
}

Gradient gradient(const Network<double>& network, const Matrix& x, const Matrix& signal) {
  Activity<double> activity;
  forward(network, x, activity);
  return gradient(network, x, activity, signal);
}

}  // namespace ntksweep
