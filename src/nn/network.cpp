#include "ntksweep/nn/network.hpp"

#include <array>

#include "ntksweep/core/hash.hpp"
#include "ntksweep/core/random.hpp"

namespace ntksweep {

namespace {

/// The substream of one parameter array: its layer, what it is, and its shape, so that networks of
/// different width share no draws.
std::uint64_t substream(std::size_t layer, Index rows, Index columns) {
  const std::array<std::uint64_t, 3> identity{layer, static_cast<std::uint64_t>(rows),
                                              static_cast<std::uint64_t>(columns)};
  return hash_values(std::span<const std::uint64_t>(identity));
}

Matrix draw_normals(std::uint64_t seed, std::size_t layer, Index rows, Index columns) {
  Matrix values(rows, columns);
  RandomStream(Stream::initialization, seed, substream(layer, rows, columns))
      .normals({values.data(), static_cast<std::size_t>(values.size())});
  return values;
}

}  // namespace

Network<double> initialize(const Architecture& architecture, std::uint64_t seed) {
  Network<double> network{&find_activation(architecture.activation), architecture.leaky_slope,
                          layer_rules(architecture), {}, {}};
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto& layer = network.layers[l];
    network.weights.push_back(layer.weight_sd * draw_normals(seed, l, layer.fan_out, layer.fan_in));
    // Columns = 0 marks the bias: no weight array has that shape.
    Vector bias(layer.has_bias ? layer.fan_out : 0);
    RandomStream(Stream::initialization, seed, substream(l, layer.fan_out, 0))
        .normals({bias.data(), static_cast<std::size_t>(bias.size())});
    network.biases.push_back(layer.bias_sd * bias);
  }
  return network;
}

}  // namespace ntksweep
