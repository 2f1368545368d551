#pragma once

#include <cstdint>
#include <vector>

#include "ntksweep/nn/activation.hpp"
#include "ntksweep/nn/architecture.hpp"
#include "ntksweep/nn/dataset.hpp"

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

/// Weights and biases alone, laid out as in a network.
template <class Scalar>
struct ParametersOf {
  std::vector<MatrixOf<Scalar>> weights;
  std::vector<VectorOf<Scalar>> biases;
};
using Parameters = ParametersOf<double>;

/// Which of the two networks that an exported cell holds.
enum class StoredState { end, initial };

/// Throws InputError naming the layer, both shapes and the setting to change where stored parameters
/// are not those of a network with these layers.
void check_stored_parameters(const Parameters& stored, const std::vector<LayerRule>& layers);

/// What some initializations need beside the architecture and the seed; null where there is none.
struct InitialMaterial {
  const Dataset* data = nullptr;           ///< the training set, for `spectral`
  const Parameters* parameters = nullptr;  ///< what model.init_path holds, for `file`
};

/// The initial network. Drawn layer by layer from `seed` and the layer's position and shape only:
/// standard normals, scaled and arranged afterwards. With model.initialization = spectral it depends
/// on the training data too, hence on grid.samples and the data's seeds.
/// Throws InputError where the initialization does not fit the architecture, or lacks its material.
Network<double> initialize(const Architecture& architecture, std::uint64_t seed, const InitialMaterial& material = {});

/// The same network in another precision, every parameter rounded once.
template <class To, class From>
Network<To> cast(const Network<From>& network) {
  Network<To> result{network.activation, network.leaky_slope, network.layers, {}, {}};
  for (const auto& w : network.weights) result.weights.push_back(w.template cast<To>());
  for (const auto& b : network.biases) result.biases.push_back(b.template cast<To>());
  return result;
}

}  // namespace ntksweep
