#include "ntksweep/sweep/work.hpp"

#include <algorithm>

#include "work_sizes.hpp"

namespace ntksweep {

namespace {

// What is slower than matrix products counts for more flops than it has, measured on one core
// beside products of 256 x 256 (docs/decisions/0005-scheduling-and-threads.md).
constexpr double call_overhead = 3e3;          ///< per layer and pass: what a tiny layer costs
constexpr double piecewise_linear_entry = 50;  ///< activation, slope and mask, per neuron and sample
constexpr double transcendental_entry = 450;   ///< the same for tanh, erf, gelu
constexpr double kernel_entry = 10;            ///< element by element, per kernel entry and layer
constexpr double statistics_entry = 60;        ///< norms, drift, CKA, per kernel entry
constexpr double spectrum_slowness = 3;        ///< dsyevd: half of it is matrix times vector
constexpr double lanczos_passes = 30;
constexpr double drawn_number = 100;

double square(double x) { return x * x; }

/// One pass through all layers of `samples` inputs.
double forward_flops(const WorkSizes& s, double samples) {
  const double entry = s.piecewise_linear ? piecewise_linear_entry : transcendental_entry;
  return 2 * samples * s.weights() + entry * samples * s.m * s.hidden + call_overhead * (s.hidden + 1);
}

/// Signals from the outputs down to the first hidden layer, for one vector of outputs per sample.
double backward_flops(const WorkSizes& s) {
  if (s.hidden == 0) return 0;
  return 2 * s.n * (s.c * s.m + s.m * s.m * (s.hidden - 1)) + call_overhead * s.hidden;
}

/// Forward, gradient (2 n P) and backward; frozen layers are passed once, not in every step.
double step_flops(const WorkSizes& s) {
  if (!s.deep_training) return 4 * s.n * s.c * s.readout_inputs() + 2 * call_overhead;
  return forward_flops(s, s.n) + 2 * s.n * s.weights() + backward_flops(s) + call_overhead * (s.hidden + 1);
}

/// Least squares by singular values of the n x p features, p = inputs of the readout.
double least_squares_flops(const WorkSizes& s) {
  const double small = std::min(s.n, s.readout_inputs());
  const double large = std::max(s.n, s.readout_inputs());
  return 6 * large * square(small) + 2 * small * square(small) + 2 * forward_flops(s, s.n);
}

/// Gram matrices of the signals in the hidden layers. Traced, the last hidden layer needs one and
/// the layers below one per output; full, every layer needs one per pair of outputs.
double signal_grams_flops(const WorkSizes& s) {
  if (!s.deep_training) return 0;
  const double gram = square(s.n) * s.m;
  if (s.full_kernel()) {
    const double pairs = s.c * (s.c + 1) / 2;
    return s.hidden * (2 * gram + kernel_entry * square(s.n)) * pairs;
  }
  return gram + (s.hidden - 1) * s.c * gram;
}

/// ntk/kernel.hpp, generalized to several outputs.
double kernel_flops(const WorkSizes& s) {
  const double inputs = s.deep_training ? s.d + s.m * s.hidden : s.readout_inputs();
  const double descent = s.deep_training ? 2 * s.n * square(s.m) * (s.hidden - 1) * s.c : 0;
  const double layers = s.deep_training ? s.hidden + 1 : 1;
  return forward_flops(s, s.n) + descent + square(s.n) * (inputs + kernel_entry * layers) + signal_grams_flops(s) +
         call_overhead * layers;
}

double spectrum_flops(const WorkSizes& s) {
  return spectrum_slowness * 4.0 / 3.0 * s.kernel_size * square(s.kernel_size) + call_overhead;
}

double measured_kernel_flops(const WorkSizes& s) {
  if (s.kernel_size == 0) return 0;
  return kernel_flops(s) + spectrum_flops(s) + statistics_entry * square(s.kernel_size);
}

/// lambda_max: products with the formed kernel, or passes through the network, each backward and
/// then forward in the tangent (two products more per trained layer).
double lanczos_flops(const WorkSizes& s) {
  if (s.forms_kernel_for_lambda_max()) {
    WorkSizes full = s;
    full.kernel_size = s.n * s.c;
    return kernel_flops(full) + lanczos_passes * (2 * square(full.kernel_size) + call_overhead);
  }
  const double trained = s.deep_training ? s.weights() : s.c * s.readout_inputs();
  return lanczos_passes * (2 * s.n * s.weights() + 4 * s.n * trained + backward_flops(s) + call_overhead);
}

double data_flops(const WorkSizes& s) {
  return drawn_number * (s.n + s.n_test) * (s.d + s.c) + drawn_number * s.weights();
}

}  // namespace

Work predict_work(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const WorkSizes s = work_sizes(job, spec, shape);
  const double single = spec.precision == Precision::float32 ? 0.5 : 1.0;
  const bool descends = spec.method == Method::gradient_descent;
  Work work;
  work.shared = data_flops(s) + measured_kernel_flops(s) + lanczos_flops(s);
  work.training =
      descends ? single * static_cast<double>(spec.rules.max_steps) * step_flops(s) : least_squares_flops(s);
  work.kernels =
      s.kernels * measured_kernel_flops(s) + (s.checkpoints + 1) * (forward_flops(s, s.n) + forward_flops(s, s.n_test));
  return work;
}

}  // namespace ntksweep
