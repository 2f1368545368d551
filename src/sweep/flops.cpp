#include "flops.hpp"

namespace ntksweep::flops {

namespace {

constexpr double piecewise_linear_entry = 20;  ///< activation, slope and mask, per neuron and sample
constexpr double transcendental_entry = 600;   ///< the same for tanh, erf, gelu
constexpr double spectrum_slowness = 3;        ///< dsyevd: half of it is matrix times vector

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

}  // namespace

double forward(const WorkSizes& s, double samples) {
  const double entry = s.piecewise_linear ? piecewise_linear_entry : transcendental_entry;
  return 2 * samples * s.weights() + entry * samples * s.m * s.hidden + call_overhead * (s.hidden + 1);
}

double backward(const WorkSizes& s) {
  if (s.hidden == 0) return 0;
  return 2 * s.n * (s.c * s.m + s.m * s.m * (s.hidden - 1)) + call_overhead * s.hidden;
}

double spectrum(const WorkSizes& s) {
  return spectrum_slowness * 4.0 / 3.0 * s.kernel_size * square(s.kernel_size) + call_overhead;
}

double kernel(const WorkSizes& s) {
  const double inputs = s.deep_training ? s.d + s.m * s.hidden : s.readout_inputs();
  const double descent = s.deep_training ? 2 * s.n * square(s.m) * (s.hidden - 1) * s.c : 0;
  const double layers = s.deep_training ? s.hidden + 1 : 1;
  return forward(s, s.n) + descent + square(s.n) * (inputs + kernel_entry * layers) + signal_grams_flops(s) +
         call_overhead * layers;
}

}  // namespace ntksweep::flops
