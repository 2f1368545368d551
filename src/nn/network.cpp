#include "ntksweep/nn/network.hpp"

#include <array>

#include "ntksweep/core/hash.hpp"
#include "ntksweep/nn/initialization.hpp"

namespace ntksweep {

namespace {

/// The substream of one parameter array: its layer, what it is, and its shape, so that networks of
/// different width share no draws.
std::uint64_t substream(std::size_t layer, Index rows, Index columns) {
  const std::array<std::uint64_t, 3> identity{layer, static_cast<std::uint64_t>(rows),
                                              static_cast<std::uint64_t>(columns)};
  return hash_values(std::span<const std::uint64_t>(identity));
}

}  // namespace

Network<double> initialize(const Architecture& architecture, std::uint64_t seed) {
  const Initialization& initialization = find_initialization(architecture.initialization);
  const auto draw = [&](std::size_t layer, Index rows, Index columns, auto& out) {
    initialization.draw(RandomStream(Stream::initialization, seed, substream(layer, rows, columns)),
                        {out.data(), static_cast<std::size_t>(out.size())});
  };
  Network<double> network{
      &find_activation(architecture.activation), architecture.leaky_slope, layer_rules(architecture), {}, {}};
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto& layer = network.layers[l];
    Matrix weights(layer.fan_out, layer.fan_in);
    draw(l, layer.fan_out, layer.fan_in, weights);
    Vector bias(layer.has_bias ? layer.fan_out : 0);
    // Columns = 0 marks the bias: no weight array has that shape.
    draw(l, layer.fan_out, 0, bias);
    network.weights.push_back(layer.weight_sd * weights);
    network.biases.push_back(layer.bias_sd * bias);
  }
  return network;
}

}  // namespace ntksweep
