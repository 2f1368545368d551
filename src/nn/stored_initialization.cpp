#include <fmt/format.h>

#include "initialization_functions.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep::initial {

namespace {

/// What to set so that the layer fits, where that is one setting.
std::string advice(const Parameters& stored, const InitialContext& context) {
  const Matrix& first = stored.weights.front();
  const Matrix& last = stored.weights.back();
  if (first.cols() != context.layers.front().fan_in) return fmt::format("the data must have {} inputs", first.cols());
  if (last.rows() != context.layers.back().fan_out) return fmt::format("the data must have {} outputs", last.rows());
  return fmt::format("set grid.width = {}", first.rows());
}

void check_depth(const Parameters& stored, const InitialContext& context) {
  if (stored.weights.size() != context.layers.size() || stored.biases.size() != context.layers.size()) {
    throw InputError(
        fmt::format("model.init_path: the file has {} weight layers and {} biases, this cell needs {} of each (a bias "
                    "may be empty); set model.depth = {}",
                    stored.weights.size(), stored.biases.size(), context.layers.size(),
                    static_cast<Index>(stored.weights.size()) - 1));
  }
}

void check_layer(const Parameters& stored, const InitialContext& context, std::size_t l) {
  const LayerRule& layer = context.layers[l];
  const Matrix& weights = stored.weights[l];
  if (weights.rows() != layer.fan_out || weights.cols() != layer.fan_in) {
    throw InputError(fmt::format("model.init_path: layer {} has shape {} x {}, this cell needs {} x {}; {}", l + 1,
                                 weights.rows(), weights.cols(), layer.fan_out, layer.fan_in, advice(stored, context)));
  }
  const Index biases = layer.has_bias ? layer.fan_out : 0;
  if (stored.biases[l].size() != biases) {
    throw InputError(
        fmt::format("model.init_path: layer {} has a bias of {} entries, this cell needs {}; see "
                    "model.biases",
                    l + 1, stored.biases[l].size(), biases));
  }
}

}  // namespace

Parameters from_file(const InitialContext& context) {
  const Parameters& stored = *context.material.parameters;
  check_depth(stored, context);
  Parameters parameters;
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    check_layer(stored, context, l);
    parameters.weights.push_back(initial_factor(context.architecture, static_cast<Index>(l)) * stored.weights[l]);
    parameters.biases.push_back(context.architecture.bias_init_scale * stored.biases[l]);
  }
  return parameters;
}

}  // namespace ntksweep::initial
