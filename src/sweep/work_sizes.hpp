#pragma once

#include "ntksweep/nn/training_form.hpp"
#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

/// The sizes on which work and memory depend, as doubles: products of them exceed 64-bit integers.
struct WorkSizes {
  double n, n_test;       ///< training and test samples
  double d, m, c;         ///< inputs, width, outputs
  double hidden;          ///< hidden layers, L
  bool deep_training;     ///< hidden layers are there and trained
  TrainingForm form;      ///< how gradient descent is computed
  bool piecewise_linear;  ///< the activation needs no transcendental function
  double checkpoints;     ///< moments at which a cell is looked at, both ends included
  double kernel_size;     ///< N: rows of the recorded kernel, 0 without kernels
  double kernels;         ///< kernels and spectra after initialization
  bool looked_at;         ///< by some statistic: else K_0 alone is formed, and without a spectrum
  bool only_ends;         ///< kernels are not formed: statistics.spectrum = extremes

  double readout_inputs() const { return hidden == 0 ? d : m; }
  /// Weights between the inputs and the last hidden layer.
  double hidden_weights() const { return hidden == 0 ? 0 : m * d + m * m * (hidden - 1); }
  double weights() const { return hidden_weights() + c * readout_inputs(); }
  bool full_kernel() const { return kernel_size > n; }
  /// Whether the Gram matrix of the inputs is kept between kernels: where it is 5 % of their work.
  bool keeps_input_gram() const;
  /// Whether lambda_max of K_0 comes from the formed kernel (the rule of ntk/kernel_lambda_max.cpp) and not
  /// from products through the network.
  bool forms_kernel_for_lambda_max() const;
};

/// The layers of a cell's network, of which sizes, biases and whether they are trained count, and not the scales:
/// not every combination of settings that is looked at here has its parametrization, as grid.where may leave it out.
std::vector<LayerRule> layer_sizes(const CellSpec& spec, const DataShape& shape);

WorkSizes work_sizes(const Job& job, const CellSpec& spec, const DataShape& shape);

}  // namespace ntksweep
