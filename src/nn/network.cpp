#include "ntksweep/nn/network.hpp"

#include <fmt/format.h>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/initialization.hpp"

namespace ntksweep {

namespace {

void check_material(const Initialization& row, const InitialMaterial& material) {
  if (row.needs == Needs::data && material.data == nullptr) {
    throw InputError(
        fmt::format("model.initialization = {} needs the training data, which is not at hand here", row.name));
  }
  if (row.needs == Needs::parameters && material.parameters == nullptr) {
    throw InputError(
        fmt::format("model.initialization = {} needs a file of parameters; set model.init_path", row.name));
  }
}

}  // namespace

Network<double> initialize(const Architecture& architecture, std::uint64_t seed, const InitialMaterial& material) {
  const Initialization& row = find_initialization(architecture.initialization);
  check_material(row, material);
  Network<double> network{
      &find_activation(architecture.activation), architecture.leaky_slope, layer_rules(architecture), {}, {}};
  Parameters parameters = row.draw({architecture, network.layers, seed, material});
  network.weights = std::move(parameters.weights);
  network.biases = std::move(parameters.biases);
  return network;
}

}  // namespace ntksweep
