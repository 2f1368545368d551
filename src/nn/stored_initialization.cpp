#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

#include "initialization_functions.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

/// What to set so that the layer fits, where that is one setting.
std::string advice(const Parameters& stored, const std::vector<LayerRule>& layers) {
  const Matrix& first = stored.weights.front();
  const Matrix& last = stored.weights.back();
  if (first.cols() != layers.front().fan_in) return fmt::format("the data must have {} inputs", first.cols());
  if (last.rows() != layers.back().fan_out) return fmt::format("the data must have {} outputs", last.rows());
  for (std::size_t l = 0; l + 1 < stored.weights.size(); ++l) {
    if (stored.weights[l].rows() != first.rows()) return "all hidden layers of a network have the same width here";
  }
  return fmt::format("set grid.width = {}", first.rows());
}

/// The value of model.biases that has biases where the file has them.
std::string bias_advice(const Parameters& stored) {
  const auto has_bias = [](const Vector& bias) { return bias.size() > 0; };
  const auto hidden = std::span(stored.biases).first(stored.biases.size() - 1);
  if (std::ranges::none_of(stored.biases, has_bias)) return "set model.biases = none";
  if (std::ranges::all_of(stored.biases, has_bias)) return "set model.biases = all";
  if (std::ranges::all_of(hidden, has_bias)) return "set model.biases = hidden";
  return "model.biases has none, hidden and all";
}

void check_depth(const Parameters& stored, const std::vector<LayerRule>& layers) {
  if (stored.weights.size() != layers.size() || stored.biases.size() != layers.size()) {
    throw InputError(fmt::format(
        "model.init_path: the file has {} weight layers and {} biases, this cell needs {} of each (a bias "
        "may be empty); set model.depth = {}",
        stored.weights.size(), stored.biases.size(), layers.size(), static_cast<Index>(stored.weights.size()) - 1));
  }
}

void check_layer(const Parameters& stored, const std::vector<LayerRule>& layers, std::size_t l) {
  const LayerRule& layer = layers[l];
  const Matrix& weights = stored.weights[l];
  if (weights.rows() != layer.fan_out || weights.cols() != layer.fan_in) {
    throw InputError(fmt::format("model.init_path: layer {} has shape {} x {}, this cell needs {} x {}; {}", l + 1,
                                 weights.rows(), weights.cols(), layer.fan_out, layer.fan_in, advice(stored, layers)));
  }
  const Index biases = layer.has_bias ? layer.fan_out : 0;
  if (stored.biases[l].size() != biases) {
    throw InputError(fmt::format("model.init_path: layer {} has a bias of {} entries, this cell needs {}; {}", l + 1,
                                 stored.biases[l].size(), biases, bias_advice(stored)));
  }
}

}  // namespace

void check_stored_parameters(const Parameters& stored, const std::vector<LayerRule>& layers) {
  check_depth(stored, layers);
  for (std::size_t l = 0; l < layers.size(); ++l) check_layer(stored, layers, l);
}

Parameters initial::from_file(const InitialContext& context) {
  const Parameters& stored = *context.material.parameters;
  check_stored_parameters(stored, context.layers);
  Parameters parameters;
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    parameters.weights.push_back(initial_factor(context.architecture, static_cast<Index>(l)) * stored.weights[l]);
    parameters.biases.push_back(context.architecture.bias_init_scale * stored.biases[l]);
  }
  return parameters;
}

}  // namespace ntksweep
