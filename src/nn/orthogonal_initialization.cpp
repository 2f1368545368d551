#include <algorithm>
#include <cmath>

#include "initial_draws.hpp"
#include "initialization_functions.hpp"
#include "ntksweep/nn/thin_svd.hpp"

namespace ntksweep::initial {

namespace {

/// a = U S V^T cut to the rank that a network of that width can carry.
ThinSvd aligned_with(const Matrix& a, const Architecture& architecture) {
  const ThinSvd svd = thin_svd(a);
  Index rank = svd.values.size();
  if (architecture.depth > 0) rank = std::min(rank, architecture.width);
  return {svd.left.leftCols(rank), svd.values.head(rank), svd.right.leftCols(rank)};
}

/// The frames between the layers: V, R_1, ..., R_{L-1}, U; layer l is frame[l + 1] frame[l]^T.
std::vector<Matrix> frames(const InitialContext& context, const ThinSvd& aligned) {
  std::vector<Matrix> result{aligned.right};
  for (std::size_t l = 0; l + 1 < context.layers.size(); ++l) {
    result.push_back(draw_frame(context, l, context.architecture.width, aligned.values.size()));
  }
  result.push_back(aligned.left);
  return result;
}

/// W_L ... W_1 of the Gaussian network; from the output, where C is small.
Matrix gaussian_product(const InitialContext& context) {
  Matrix product = Matrix::Identity(context.layers.back().fan_out, context.layers.back().fan_out);
  for (std::size_t l = context.layers.size(); l-- > 0;) {
    const LayerRule& layer = context.layers[l];
    product = layer.weight_sd * (product * draw_weights(context, l, layer.fan_out, layer.fan_in));
  }
  return product;
}

std::vector<Vector> gaussian_biases(const InitialContext& context) {
  std::vector<Vector> biases;
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    const LayerRule& layer = context.layers[l];
    biases.push_back(layer.bias_sd * draw_bias(context, l, layer.has_bias ? layer.fan_out : 0));
  }
  return biases;
}

}  // namespace

Parameters orthogonal(const InitialContext& context) {
  Parameters parameters{{}, gaussian_biases(context)};
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    const LayerRule& layer = context.layers[l];
    const double spread = std::sqrt(static_cast<double>(std::max(layer.fan_in, layer.fan_out)));
    parameters.weights.push_back(layer.weight_sd * spread *
                                 semi_orthogonal(draw_weights(context, l, layer.fan_out, layer.fan_in)));
  }
  return parameters;
}

/// The product forgets the imbalance, which is put back; it also spreads all other scales evenly.
Parameters balanced(const InitialContext& context) {
  const ThinSvd aligned = aligned_with(gaussian_product(context), context.architecture);
  const auto frame = frames(context, aligned);
  const auto depth = static_cast<double>(context.layers.size());
  const Vector share = aligned.values.array().pow(1 / depth);
  Parameters parameters{{}, gaussian_biases(context)};
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    parameters.weights.push_back(frame[l + 1] * share.asDiagonal() * frame[l].transpose());
  }
  parameters.weights.front() *= context.architecture.imbalance;
  parameters.weights.back() /= context.architecture.imbalance;
  return parameters;
}

Parameters spectral(const InitialContext& context) {
  const Dataset& data = *context.material.data;
  const ThinSvd aligned = aligned_with(data.y * data.x.transpose(), context.architecture);
  const auto frame = frames(context, aligned);
  Parameters parameters{{}, gaussian_biases(context)};
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    parameters.weights.push_back(context.layers[l].weight_sd * (frame[l + 1] * frame[l].transpose()));
  }
  return parameters;
}

}  // namespace ntksweep::initial
