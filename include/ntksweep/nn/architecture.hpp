#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

enum class Biases { none, hidden, all };
enum class Trained { all, output };

/// A fully connected network, described: what is needed to lay out its layers.
struct Architecture {
  Index inputs = 1;   ///< d
  Index width = 1;    ///< m, neurons in every hidden layer
  Index depth = 1;    ///< number of hidden layers; 0 is linear regression
  Index outputs = 1;  ///< C
  std::string activation = "relu";
  double leaky_slope = 0.01;
  std::string parametrization = "ntk";
  Biases biases = Biases::none;
  Trained trained = Trained::all;
  std::string initialization = "gaussian";
  double sigma_w = 1.4142135623730951;   ///< weight scale
  double sigma_b = 0.1;                  ///< bias scale
  double init_scale = 1.0;               ///< multiplies every initial weight
  double bias_init_scale = 1.0;          ///< multiplies every initial bias; 0 starts biases at zero
  std::vector<double> layer_init_scale;  ///< one factor per weight layer, or empty
  /// sigma: the first weight layer starts sigma times larger, the output layer sigma times smaller,
  /// whatever the initialization. A linear network's f_0 keeps its scale; its layers' imbalance does not.
  double imbalance = 1.0;
};

/// One weight layer: z = s W h + beta b, with its initial distribution and learning rates.
/// Gradient descent on it is W <- W - eta c dL/dW.
struct LayerRule {
  Index fan_in;
  Index fan_out;
  double scale;        ///< s
  double weight_sd;    ///< standard deviation of the initial weights, 0 where they start at zero
  double weight_rate;  ///< c, 0 where the layer is not trained
  bool has_bias;
  double bias_scale;  ///< beta
  double bias_sd;     ///< standard deviation of the initial biases
  double bias_rate;   ///< c of the bias
};

/// A parametrization: how scale, initial variance and learning rate depend on width.
/// To add one, write its function and add one row to the table in parametrization.cpp.
struct Parametrization {
  std::string_view name;
  std::string_view formula;
  /// Fills scale, weight_sd, weight_rate, bias_scale, bias_sd and bias_rate of a layer whose shape
  /// is set, for a layer that is trained; initialization factors are applied afterwards.
  void (*fill)(LayerRule& layer, const Architecture& architecture, bool is_output);
};

std::span<const Parametrization> parametrizations();

/// The layers from input to output (depth + 1 of them). Throws InputError where the architecture
/// is impossible (mean_field with a depth other than 1, a wrong number of layer factors, an imbalance
/// without hidden layers, what the initialization refuses).
std::vector<LayerRule> layer_rules(const Architecture& architecture);

/// What multiplies the initial weights of a layer beside the parametrization's own standard
/// deviation: init_scale, its layer_init_scale, and the imbalance.
double initial_factor(const Architecture& architecture, Index layer);

/// Number of weights and biases: all of them, and those that are trained.
Index parameter_count(const std::vector<LayerRule>& layers);
Index trained_parameter_count(const std::vector<LayerRule>& layers);

}  // namespace ntksweep
