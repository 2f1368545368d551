#include <algorithm>
#include <cmath>
#include <limits>

#include "ntksweep/nn/trained_layers.hpp"
#include "ntksweep/ntk/sharpness.hpp"
#include "ntksweep/sweep/record.hpp"
#include "ntksweep/sweep/work.hpp"
#include "work_sizes.hpp"

namespace ntksweep {

namespace {

constexpr double base_bytes = 40e6;  ///< the program with MPI, HDF5 and OpenBLAS, of which 35 MB are touched
constexpr double number = sizeof(double);
/// What the heap takes beside the arrays: with it bench/memory.py measures 0.90 to 1.15.
constexpr double heap_share = 1.08;

/// Training: inputs, targets and outputs in training precision; the gradient, and for one panel of
/// samples each layer's activations and slopes; with a trained output layer alone its fixed inputs. Rotated
/// samples and their basis; in the dual form coefficients, their gradient, Z_0 and the Gram matrix.
double training_numbers(WorkSizes s, const CellSpec& spec, const DataShape& shape) {
  double data = (s.d + 4 * s.c) * s.n;
  if (is_rotated(s.form)) {
    data += 3 * s.d * s.n + s.d * s.d;
    s.n = s.d;
  }
  if (is_dual(s.form)) data += 3 * s.n * (s.deep_training ? s.m : s.c) + s.n * s.n;
  if (!s.deep_training) return data + (s.hidden > 0 ? s.m * s.n : 0);
  const std::size_t bytes = spec.precision == Precision::float32 ? sizeof(float) : sizeof(double);
  const Index panel = panel_samples(trained_extents(layer_sizes(spec, shape)), static_cast<Index>(s.n), bytes);
  // One output on rectified units needs no slope in the layer below it.
  const double arrays = 2 * s.hidden - (s.c == 1 && s.piecewise_linear ? 1 : 0);
  return data + s.weights() + arrays * s.m * static_cast<double>(panel);
}

/// The state of the cell that waits to be saved, and the next one that is made beside it: parameters as they are
/// trained, in training precision, and their velocities.
double state_numbers(const WorkSizes& s, const CellSpec& spec) {
  if (spec.method == Method::minimum_norm) return 0;
  const double first = s.deep_training ? s.m : s.c;
  const double weights = s.deep_training ? s.weights() : s.c * s.readout_inputs();
  const double saved =
      is_dual(s.form) ? weights + first * (s.n - (s.deep_training ? s.d : s.readout_inputs())) : weights;
  const double velocities = spec.rules.momentum > 0 ? 2 : 1;
  return 2 * velocities * saved;
}

/// Outputs for training or test inputs: a forward pass keeps activation and slope.
double output_numbers(const WorkSizes& s) { return (2 * s.m * s.hidden + s.c) * std::max(s.n, s.n_test); }

/// Beside every kernel that is formed: tiles, then LAPACK's workspace, from 2048 rows on with a band.
double workspace_numbers(double rows) {
  const double edge = std::min(rows, 512.0);
  return std::max(1.5 * edge * edge, (rows < 2048 ? 40 : 300) * rows);
}

/// A kernel being formed: the forward pass, whose slopes become the signals of one output, and the kernel.
double forming_numbers(const WorkSizes& s, double rows) {
  const double signals = s.deep_training && s.c > 1 && (s.hidden > 1 || rows > s.n) ? s.c * s.n * s.m : 0;
  return 2 * s.n * s.m * s.hidden + signals + rows * rows + workspace_numbers(rows);
}

double trained_weights(const WorkSizes& s) { return s.deep_training ? s.weights() : s.c * s.readout_inputs(); }

/// Products with a kernel that is not formed: forward pass, gradient, a panel of signals, Lanczos vectors.
double product_numbers(const WorkSizes& s, double rows, double vectors) {
  return 2 * s.n * s.m * s.hidden + trained_weights(s) + 256 * s.m * s.hidden + vectors * rows;
}

/// Measuring a kernel: forming it, its spectrum in its place; or Lanczos for its ends.
double kernel_numbers(const WorkSizes& s) {
  if (s.kernel_size == 0) return 0;
  if (!s.only_ends) return forming_numbers(s, s.kernel_size);
  return product_numbers(s, s.kernel_size, trained_weights(s) < s.kernel_size ? 16 : 256);
}

/// lambda_max by Lanczos, where the kernel is not at hand already.
double lanczos_numbers(const WorkSizes& s) {
  const double rows = s.n * s.c;
  if (!s.forms_kernel_for_lambda_max()) return product_numbers(s, rows, 32);
  return s.kernel_size == rows && !s.only_ends ? 32 * rows : forming_numbers(s, rows) + 32 * rows;
}

/// What theory forms: kept until the last cell of the group, and on top of it while it is formed.
struct TheoryNumbers {
  double kept = 0, forming = 0;

  /// Eigenvectors of an N x N kernel in its place, with LAPACK's workspace of twice its size on top.
  void add_eigensystem(double rows) {
    kept += rows * rows;
    forming = std::max(forming, 2 * rows * rows);
  }
};

TheoryNumbers theory_numbers(const Job& job, const WorkSizes& s) {
  const bool linearised = records_group(job, Group::linearised);
  const bool regression = records_group(job, Group::regression);
  const double full = s.deep_training ? s.n * s.c : s.n;
  const double test_rows = s.deep_training ? s.n_test * s.c : s.n_test;
  TheoryNumbers numbers;
  if (linearised) {
    numbers.add_eigensystem(full);
    numbers.kept += test_rows * full;
    // What the linearised network gives at a panel of checkpoints, for steps and for flow.
    numbers.kept += std::min(64.0, s.checkpoints * (s.deep_training ? 1 : s.c)) * 2 * (full + test_rows);
    // The block with the test set needs both forward passes, and stands beside its product with the vectors.
    const double signals = s.deep_training && s.c > 1 ? s.c : 0;
    const double passes = s.deep_training ? (2 * s.hidden + signals) * s.m * (s.n + s.n_test) : 0;
    numbers.forming = std::max({numbers.forming, forming_numbers(s, full), test_rows * full + passes});
  }
  if ((regression || records_group(job, Group::eigenvectors)) && !(linearised && full == s.kernel_size)) {
    numbers.add_eigensystem(s.kernel_size);
  }
  if (regression || records_group(job, Group::infinite)) {
    numbers.add_eigensystem(s.n);
    numbers.kept += 2 * s.n * s.n + (regression ? 2 * s.n * s.n_test : 0);
  }
  if (records_group(job, Group::features)) numbers.kept += s.n * s.m * s.hidden;
  return numbers;
}

/// Lanczos on the Hessian: its vectors, and the network's activity with what bends.
double sharpness_numbers(const Job& job, const WorkSizes& s) {
  if (!records_group(job, Group::sharpness)) return 0;
  const double trained = s.deep_training ? s.weights() : s.c * s.readout_inputs();
  return static_cast<double>(sharpness_vectors(static_cast<Index>(trained))) * trained + 6 * s.n * s.m * s.hidden;
}

/// K_t, its eigenvectors with LAPACK's workspace, and its block with the test set.
double end_theory_numbers(const Job& job, const WorkSizes& s) {
  const bool regression = records_group(job, Group::regression);
  if (!regression && !records_group(job, Group::eigenvectors)) return 0;
  const double test_rows = s.full_kernel() ? s.n_test * s.c : s.n_test;
  return 4 * s.kernel_size * s.kernel_size + (regression ? test_rows * s.kernel_size : 0);
}

/// The forward pass while the features are put together, and dgelsd's solution.
double least_squares_numbers(const WorkSizes& s) {
  const double p = s.readout_inputs();
  return 2 * s.n * s.m * s.hidden + s.n * p + 2 * std::max(s.n, p) * s.c;
}

}  // namespace

double predict_bytes(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const WorkSizes s = work_sizes(job, spec, shape);
  const double single = spec.precision == Precision::float32 ? 0.5 : 1.0;
  const bool descends = spec.method == Method::gradient_descent;
  const double data = (s.d + 2 * s.c) * s.n + (s.d + s.c) * s.n_test;
  // Initial network, the one in training, and its copy in double precision to look at.
  const double networks = (2 + single) * s.weights();
  const double initial_kernel =
      (s.only_ends ? 0 : s.kernel_size * s.kernel_size) + (s.keeps_input_gram() ? s.n * s.n : 0);
  const double training = (descends ? single * training_numbers(s, spec, shape) : least_squares_numbers(s)) +
                          (descends ? single : 1.0) * state_numbers(s, spec);
  // What is measured between the two ends comes on top of the training that waits for it.
  const double outputs_between = s.checkpoints > 2 ? output_numbers(s) : 0.0;
  const double kernels_between = s.kernels > 1 ? kernel_numbers(s) : 0.0;
  const TheoryNumbers theory = theory_numbers(job, s);
  const double end_theory = end_theory_numbers(job, s);
  const double sharpness = sharpness_numbers(job, s);
  const double critical = needs_critical_step(job, spec) ? lanczos_numbers(s) : 0.0;
  const double theory_between = s.kernels > 1 ? end_theory : 0.0;
  const double peak = std::max({training + std::max({outputs_between, kernels_between, theory_between, sharpness}),
                                output_numbers(s), kernel_numbers(s), critical, end_theory, theory.forming});
  return base_bytes + heap_share * number * (data + networks + initial_kernel + theory.kept + peak);
}

double memory_of_ranks(int ranks, double limit_bytes) { return limit_bytes + (ranks - 1) * (limit_bytes - base_bytes); }

int ranks_for_memory(double bytes, double limit_bytes) {
  if (bytes <= limit_bytes) return 1;
  if (limit_bytes <= base_bytes) return std::numeric_limits<int>::max();
  const double more = std::ceil((bytes - limit_bytes) / (limit_bytes - base_bytes));
  return static_cast<int>(std::min(1 + more, 1e9));
}

}  // namespace ntksweep
