#pragma once

#include <cstdint>
#include <vector>

#include "ntksweep/nn/activation.hpp"
#include "ntksweep/nn/architecture.hpp"

namespace ntksweep {

/// A network with its parameters in one precision.
/// weights[l]: fan_out x fan_in; biases[l]: fan_out entries, or none where the layer has no bias.
template <class Scalar>
struct Network {
  const Activation* activation;
  double leaky_slope;
  std::vector<LayerRule> layers;
  std::vector<MatrixOf<Scalar>> weights;
  std::vector<VectorOf<Scalar>> biases;
};

/// Draws the initial network. Depends on `seed` and, layer by layer, on the layer's position and
/// shape only: standard normals, scaled afterwards.
Network<double> initialize(const Architecture& architecture, std::uint64_t seed);

/// The same network in another precision, every parameter rounded once.
template <class To, class From>
Network<To> cast(const Network<From>& network) {
  Network<To> result{network.activation, network.leaky_slope, network.layers, {}, {}};
  for (const auto& w : network.weights) result.weights.push_back(w.template cast<To>());
  for (const auto& b : network.biases) result.biases.push_back(b.template cast<To>());
  return result;
}

}  // namespace ntksweep
