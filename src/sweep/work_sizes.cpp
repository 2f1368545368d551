#include "work_sizes.hpp"

#include <cmath>

#include "group.hpp"

namespace ntksweep {

namespace {

/// At the end, and at every k-th slot between the ends.
double kernels_after_start(const Job& job, double checkpoints) {
  const auto every = static_cast<double>(std::get<std::int64_t>(job.value("kernel_every")));
  return every == 0 || checkpoints < 2 ? 1.0 : 1.0 + std::floor((checkpoints - 2) / every);
}

}  // namespace

std::vector<LayerRule> layer_sizes(const CellSpec& spec, const DataShape& shape) {
  Architecture architecture = spec.architecture;
  architecture.inputs = shape.inputs;
  architecture.outputs = shape.outputs;
  architecture.parametrization = "ntk";
  return layer_rules(architecture);
}

bool WorkSizes::keeps_input_gram() const {
  const bool is_used = hidden == 0 || deep_training;
  return kernel_size > 0 && !only_ends && is_used && 19 * d >= 2 * m * hidden;
}

bool WorkSizes::forms_kernel_for_lambda_max() const {
  if (n * c <= 256) return true;
  if (c > 1 || n > 2 * readout_inputs()) return false;
  const double grams = hidden == 0 ? d + c : d + 2 * m * hidden + c;
  return n * grams < 20 * 6 * weights();
}

WorkSizes work_sizes(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const auto& kernel = std::get<std::string>(job.value("kernel"));
  WorkSizes sizes{};
  sizes.n = static_cast<double>(spec.samples);
  sizes.n_test = static_cast<double>(shape.test_samples);
  sizes.d = static_cast<double>(shape.inputs);
  sizes.m = static_cast<double>(spec.architecture.width);
  sizes.c = static_cast<double>(shape.outputs);
  sizes.hidden = static_cast<double>(spec.architecture.depth);
  sizes.deep_training = sizes.hidden > 0 && spec.architecture.trained == Trained::all;
  const Activation& activation = find_activation(spec.architecture.activation);
  sizes.form = spec.method == Method::gradient_descent
                   ? training_form(layer_sizes(spec, shape), activation, spec.rules, spec.samples)
                   : TrainingForm::none;
  sizes.piecewise_linear = activation.leak != nullptr;
  sizes.checkpoints = static_cast<double>(cell_schedule(job, spec).size());
  sizes.kernel_size = kernel == "none" ? 0.0 : sizes.n * (kernel == "full" ? sizes.c : 1.0);
  sizes.looked_at = kernel_plan(job).looked_at;
  sizes.kernels = sizes.looked_at ? kernels_after_start(job, sizes.checkpoints) : 0.0;
  sizes.only_ends = std::get<std::string>(job.value("spectrum")) == "extremes";
  return sizes;
}

}  // namespace ntksweep
