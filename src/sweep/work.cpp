#include "ntksweep/sweep/work.hpp"

#include <algorithm>

#include "flops.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

namespace {

constexpr double statistics_entry = 60;  ///< norms, drift, CKA, per kernel entry
constexpr double lanczos_passes = 30;
constexpr double smallest_passes = 1000;  ///< what lambda_min may take
constexpr double drawn_number = 350;

/// Forward, gradient (2 n P) and backward; frozen layers are passed once, not in every step.
double step_flops(const WorkSizes& s) {
  if (!s.deep_training) return 4 * s.n * s.c * s.readout_inputs() + 2 * flops::call_overhead;
  return flops::forward(s, s.n) + 2 * s.n * s.weights() + flops::backward(s) + flops::call_overhead * (s.hidden + 1);
}

/// Least squares by singular values of the n x p features, p = inputs of the readout.
double least_squares_flops(const WorkSizes& s) {
  const double small = std::min(s.n, s.readout_inputs());
  const double large = std::max(s.n, s.readout_inputs());
  return 8 * large * flops::square(small) + 3 * small * flops::square(small) + 2 * flops::forward(s, s.n);
}

/// One product with a kernel that is not formed: backward, then forward in the tangent (two products more
/// per trained layer).
double product_flops(const WorkSizes& s) {
  const double trained = s.deep_training ? s.weights() : s.c * s.readout_inputs();
  return 2 * s.n * s.weights() + 4 * s.n * trained + flops::backward(s) + flops::call_overhead;
}

/// The ends of a kernel: products for lambda_max and, unless it is 0 by rank, lambda_min; traced, one
/// product is C with the full kernel.
double ends_flops(const WorkSizes& s) {
  const double trained = s.deep_training ? s.weights() : s.c * s.readout_inputs();
  const double blocks = s.full_kernel() ? 1 : s.c;
  const double products = trained * blocks < s.kernel_size ? lanczos_passes : lanczos_passes + smallest_passes;
  return flops::forward(s, s.n) + blocks * products * product_flops(s);
}

double measured_kernel_flops(const WorkSizes& s) {
  if (s.kernel_size == 0) return 0;
  if (s.only_ends) return s.looked_at ? ends_flops(s) : 0;
  if (!s.looked_at) return flops::kernel(s);
  return flops::kernel(s) + flops::spectrum(s) + statistics_entry * flops::square(s.kernel_size);
}

/// lambda_max: products with the formed kernel, or passes through the network.
double lanczos_flops(const WorkSizes& s) {
  if (s.forms_kernel_for_lambda_max()) {
    WorkSizes full = s;
    full.kernel_size = s.n * s.c;
    return flops::kernel(full) + lanczos_passes * (2 * flops::square(full.kernel_size) + flops::call_overhead);
  }
  return lanczos_passes * product_flops(s);
}

double data_flops(const WorkSizes& s) {
  return drawn_number * (s.n + s.n_test) * (s.d + s.c) + drawn_number * s.weights();
}

/// Full-batch gradient descent in its form: the steps, and what the form takes once.
double descent_flops(double steps, const WorkSizes& s) {
  WorkSizes worked = s;
  if (is_rotated(s.form)) worked.n = s.d;
  const double once = is_rotated(s.form) ? 8 * s.n * flops::square(s.d) : 0;
  if (!is_dual(s.form)) return steps * step_flops(worked) + once;
  const double n = worked.n;
  const double m = s.deep_training ? s.m : s.c;
  const double d = s.deep_training ? s.d : s.readout_inputs();
  const double saved = 4 * n * m * d - 2 * flops::square(n) * m;
  return steps * (step_flops(worked) - saved) + once + flops::square(n) * d + 4 * n * m * d;
}

/// All steps, at max_steps. Gradient flow takes some Runge-Kutta steps of six gradients for each unit of
/// time at the critical step. A mini-batch costs its part, and the end of an epoch a look at all samples.
double training_flops(const CellSpec& spec, const WorkSizes& s) {
  if (spec.method == Method::minimum_norm) return least_squares_flops(s);
  const auto steps = static_cast<double>(spec.rules.max_steps);
  if (spec.method == Method::flow) return 6 * steps * step_flops(s);
  const auto batch = static_cast<double>(spec.rules.batch);
  if (batch == 0 || batch >= s.n) return descent_flops(steps, s);
  WorkSizes part = s;
  part.n = batch;
  return steps * (step_flops(part) + flops::forward(s, s.n) * batch / s.n);
}

}  // namespace

Work predict_work(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const WorkSizes s = work_sizes(job, spec, shape);
  const double single = spec.precision == Precision::float32 ? 0.5 : 1.0;
  Work work;
  work.shared = data_flops(s) + measured_kernel_flops(s);
  if (needs_critical_step(job, spec)) work.shared += lanczos_flops(s);
  work.training = single * training_flops(spec, s);
  work.kernels = s.kernels * measured_kernel_flops(s) +
                 (s.checkpoints + 1) * (flops::forward(s, s.n) + flops::forward(s, s.n_test));
  for (const GroupInfo& group : statistic_groups()) {
    const Work more = predict_group_work(job, group.group, spec, shape);
    work.shared += more.shared;
    work.training += more.training;
    work.kernels += more.kernels;
  }
  return work;
}

}  // namespace ntksweep
