#include "ntksweep/nn/forward.hpp"

#include "blas.hpp"
#include "ntksweep/nn/large_matrix.hpp"

namespace ntksweep {

namespace {

template <class S>
void affine(const Network<S>& network, std::size_t l, const MatrixOf<S>& input, MatrixOf<S>& z) {
  const auto& layer = network.layers[l];
  resize_large(z, layer.fan_out, input.cols());
  if (layer.has_bias) {
    for (Index i = 0; i < z.cols(); ++i) z.col(i) = static_cast<S>(layer.bias_scale) * network.biases[l];
  }
  const S keep = layer.has_bias ? S(1) : S(0);
  blas::multiply(static_cast<S>(layer.scale), blas::plain(network.weights[l]), blas::plain(input), keep, z);
}

}  // namespace

template <class S>
void forward(const Network<S>& network, const MatrixOf<S>& x, Activity<S>& activity, std::size_t first) {
  const std::size_t depth = network.layers.size() - 1;
  activity.hidden.resize(depth);
  activity.slope.resize(depth);
  for (std::size_t l = first; l < depth; ++l) {
    auto& hidden = activity.hidden[l];
    affine(network, l, l == 0 ? x : activity.hidden[l - 1], hidden);
    resize_large(activity.slope[l], hidden.rows(), hidden.cols());
    apply(*network.activation, hidden, activity.slope[l], network.leaky_slope);
  }
  affine(network, depth, depth == 0 ? x : activity.hidden[depth - 1], activity.output);
}

template void forward(const Network<double>&, const MatrixOf<double>&, Activity<double>&, std::size_t);
template void forward(const Network<float>&, const MatrixOf<float>&, Activity<float>&, std::size_t);

Matrix predict(const Network<double>& network, const Matrix& x) {
  Activity<double> activity;
  forward(network, x, activity);
  return std::move(activity.output);
}

}  // namespace ntksweep
