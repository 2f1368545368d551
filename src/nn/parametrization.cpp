#include <fmt/format.h>

#include <array>
#include <cmath>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/architecture.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

double root(Index n) { return std::sqrt(static_cast<double>(n)); }

/// s = sigma_w / sqrt(fan_in), entries N(0, 1), c = 1 (Jacot, Gabriel, Hongler 2018).
void ntk(LayerRule& layer, const Architecture& architecture, bool) {
  layer.scale = architecture.sigma_w / root(layer.fan_in);
  layer.weight_sd = 1;
  layer.weight_rate = 1;
  layer.bias_scale = architecture.sigma_b;
  layer.bias_sd = 1;
  layer.bias_rate = 1;
}

/// s = 1, entries N(0, sigma_w^2 / fan_in), c = 1: what deep-learning libraries do. K_0 = O(m).
void standard(LayerRule& layer, const Architecture& architecture, bool) {
  layer.scale = 1;
  layer.weight_sd = architecture.sigma_w / root(layer.fan_in);
  layer.weight_rate = 1;
  layer.bias_scale = 1;
  layer.bias_sd = architecture.sigma_b;
  layer.bias_rate = 1;
}

/// As ntk with the output divided by sqrt(m), and c = m everywhere: K_0 is that of ntk and
/// f_0 = O(m^-1/2) (Yang and Hu 2021, for gradient descent). Without hidden layers it is ntk.
void mup(LayerRule& layer, const Architecture& architecture, bool is_output) {
  ntk(layer, architecture, is_output);
  if (architecture.depth == 0) return;
  const double m = static_cast<double>(architecture.width);
  layer.weight_rate = layer.bias_rate = m;
  if (is_output) {
    layer.scale /= std::sqrt(m);
    layer.bias_scale /= std::sqrt(m);
  }
}

/// f = (sigma_w / m) sum_j a_j phi(z_j) with c = m (Mei, Montanari, Nguyen 2018): mup with one
/// hidden layer; independent 1/m layers collapse when there are more.
void mean_field(LayerRule& layer, const Architecture& architecture, bool is_output) {
  if (architecture.depth != 1) {
    throw InputError(
        fmt::format("model.parametrization: mean_field needs model.depth = 1, not {}; use mup for other "
                    "depths (they agree at depth 1)",
                    architecture.depth));
  }
  mup(layer, architecture, is_output);
}

constexpr std::array<Parametrization, 4> table{{
    {"ntk", "s = sigma_w / sqrt(fan_in), W ~ N(0, 1), c = 1", ntk},
    {"standard", "s = 1, W ~ N(0, sigma_w^2 / fan_in), c = 1", standard},
    {"mean_field", "one hidden layer: ntk with the output over sqrt(m), c = m", mean_field},
    {"mup", "ntk with the output over sqrt(m), c = m in every layer", mup},
}};

LayerRule layer_rule(const Architecture& architecture, const Parametrization& parametrization, Index position) {
  const bool is_output = position == architecture.depth;
  LayerRule layer{};
  layer.fan_in = position == 0 ? architecture.inputs : architecture.width;
  layer.fan_out = is_output ? architecture.outputs : architecture.width;
  layer.has_bias = architecture.biases == Biases::all || (architecture.biases == Biases::hidden && !is_output);
  parametrization.fill(layer, architecture, is_output);
  layer.weight_sd *= initial_factor(architecture, position);
  layer.bias_sd *= architecture.bias_init_scale;
  if (architecture.trained == Trained::output && !is_output) layer.weight_rate = layer.bias_rate = 0;
  if (!layer.has_bias) layer.bias_rate = 0;
  return layer;
}

void check_factors(const Architecture& architecture) {
  const auto factors = static_cast<Index>(architecture.layer_init_scale.size());
  if (factors != 0 && factors != architecture.depth + 1) {
    throw InputError(
        fmt::format("model.layer_init_scale: {} factors for {} weight layers (model.depth + 1); give one "
                    "for each",
                    factors, architecture.depth + 1));
  }
  if (architecture.imbalance != 1 && architecture.depth == 0) {
    throw InputError(
        fmt::format("model.imbalance: {} is asked for, but model.depth = 0 has one weight layer only; set "
                    "model.imbalance = 1, or model.depth to at least 1",
                    architecture.imbalance));
  }
}

}  // namespace

std::span<const Parametrization> parametrizations() { return table; }

double initial_factor(const Architecture& architecture, Index layer) {
  double factor = architecture.init_scale;
  if (!architecture.layer_init_scale.empty()) {
    factor *= architecture.layer_init_scale[static_cast<std::size_t>(layer)];
  }
  if (layer == 0) factor *= architecture.imbalance;
  if (layer == architecture.depth) factor /= architecture.imbalance;
  return factor;
}

std::vector<LayerRule> layer_rules(const Architecture& architecture) {
  const auto* parametrization = find_named(parametrizations(), architecture.parametrization);
  if (parametrization == nullptr) {
    throw InputError(fmt::format("model.parametrization: '{}' is not known; choose one of {}",
                                 architecture.parametrization, fmt::join(names_of(parametrizations()), ", ")));
  }
  check_factors(architecture);
  std::vector<LayerRule> layers;
  for (Index l = 0; l <= architecture.depth; ++l) layers.push_back(layer_rule(architecture, *parametrization, l));
  find_initialization(architecture.initialization).adjust(layers, architecture);
  return layers;
}

Index parameter_count(const std::vector<LayerRule>& layers) {
  Index count = 0;
  for (const auto& layer : layers) count += layer.fan_out * (layer.fan_in + (layer.has_bias ? 1 : 0));
  return count;
}

Index trained_parameter_count(const std::vector<LayerRule>& layers) {
  Index count = 0;
  for (const auto& layer : layers) {
    if (layer.weight_rate != 0) count += layer.fan_out * layer.fan_in;
    if (layer.bias_rate != 0) count += layer.fan_out;
  }
  return count;
}

}  // namespace ntksweep
