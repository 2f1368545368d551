#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "initial_draws.hpp"
#include "initialization_functions.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep::initial {

namespace {

/// sqrt(2) [[w, 0], [0, w]]: rows have the length that they would have with independent entries.
Matrix twice_on_the_diagonal(const Matrix& w) {
  Matrix whole = Matrix::Zero(2 * w.rows(), 2 * w.cols());
  whole.topLeftCorner(w.rows(), w.cols()) = whole.bottomRightCorner(w.rows(), w.cols()) = std::numbers::sqrt2 * w;
  return whole;
}

Matrix arranged(const InitialContext& context, std::size_t l) {
  const LayerRule& layer = context.layers[l];
  const Index half = context.architecture.width / 2;
  const bool is_first = l == 0;
  const bool is_output = l + 1 == context.layers.size();
  if (is_first && is_output) return Matrix::Zero(layer.fan_out, layer.fan_in);
  const Matrix draws = draw_weights(context, l, is_output ? layer.fan_out : half, is_first ? layer.fan_in : half);
  Matrix whole(layer.fan_out, layer.fan_in);
  if (is_output) {
    whole << draws, -draws;
  } else if (is_first) {
    whole << draws, draws;
  } else {
    whole = twice_on_the_diagonal(draws);
  }
  return whole;
}

Vector arranged_bias(const InitialContext& context, std::size_t l) {
  const LayerRule& layer = context.layers[l];
  if (!layer.has_bias) return Vector(0);
  if (l + 1 == context.layers.size()) return Vector::Zero(layer.fan_out);
  return draw_bias(context, l, layer.fan_out / 2).replicate(2, 1);
}

}  // namespace

void adjust_symmetric(std::vector<LayerRule>& layers, const Architecture& architecture) {
  if (architecture.depth > 0 && architecture.width % 2 != 0) {
    throw InputError(
        fmt::format("model.initialization = symmetric needs an even grid.width, not {}; it counts both "
                    "halves of the network",
                    architecture.width));
  }
  layers.back().bias_sd = 0;
  if (architecture.depth == 0) layers.back().weight_sd = 0;
}

Parameters symmetric(const InitialContext& context) {
  Parameters parameters;
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    parameters.weights.push_back(context.layers[l].weight_sd * arranged(context, l));
    parameters.biases.push_back(context.layers[l].bias_sd * arranged_bias(context, l));
  }
  return parameters;
}

}  // namespace ntksweep::initial
