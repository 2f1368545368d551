#include <algorithm>

#include "ntksweep/ntk/sharpness.hpp"
#include "ntksweep/sweep/record.hpp"
#include "ntksweep/sweep/work.hpp"
#include "work_sizes.hpp"

namespace ntksweep {

namespace {

constexpr double base_bytes = 60e6;  ///< the program with MPI, HDF5 and OpenBLAS' buffers
constexpr double number = sizeof(double);

/// Training: inputs, targets and residual in training precision, and per hidden neuron and sample
/// the activation, its slope and, where trained, its signal.
double training_numbers(const WorkSizes& s) {
  const double per_neuron = s.deep_training ? 3 : 2;
  return per_neuron * s.n * s.m * s.hidden + (s.d + 4 * s.c) * s.n;
}

/// Outputs for training or test inputs: a forward pass keeps activation and slope.
double output_numbers(const WorkSizes& s) { return (2 * s.m * s.hidden + s.c) * std::max(s.n, s.n_test); }

/// A kernel being formed: the forward pass, signals per output where they are carried down, the
/// kernel so far, one layer's two factors and the mirror of a Gram matrix.
double forming_numbers(const WorkSizes& s) {
  const bool carried = s.deep_training && (s.hidden > 1 || s.full_kernel());
  const double signals = carried ? (s.c + 1) * s.n * s.m : s.n * s.m;
  return 2 * s.n * s.m * s.hidden + signals + s.kernel_size * s.kernel_size + (s.deep_training ? 3 : 2) * s.n * s.n;
}

/// Measuring beside K_0: forming K_t, then K_t with the workspace of LAPACK, then K_t with the
/// centred copies of both for CKA.
double kernel_numbers(const WorkSizes& s) {
  if (s.kernel_size == 0) return 0;
  return std::max(forming_numbers(s), 3 * s.kernel_size * s.kernel_size);
}

/// lambda_max by Lanczos: the formed kernel, or forward pass, signals, tangents and the largest
/// gradient; and 64 vectors.
double lanczos_numbers(const WorkSizes& s) {
  const double vectors = 64 * s.n * s.c;
  if (s.forms_kernel_for_lambda_max()) {
    WorkSizes full = s;
    full.kernel_size = s.n * s.c;
    return forming_numbers(full) + vectors;
  }
  const double readout = s.c * s.readout_inputs();
  const double gradient = s.deep_training ? std::max({readout, s.m * s.d, s.hidden > 1 ? s.m * s.m : 0.0}) : readout;
  return 2 * s.n * s.m * s.hidden + s.n * s.m * (s.hidden + 2) + gradient + vectors;
}

/// What theory forms: kept until the last cell of the group, and on top of it while it is formed.
struct TheoryNumbers {
  double kept = 0, forming = 0;

  /// Eigenvectors of an N x N kernel, with LAPACK's workspace and the kernel itself.
  void add_eigensystem(double rows) {
    kept += rows * rows;
    forming = std::max(forming, 4 * rows * rows);
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
    numbers.forming = std::max(numbers.forming, forming_numbers(s) + test_rows * full);
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

/// K_t's eigenvectors and its block with the test set.
double end_theory_numbers(const Job& job, const WorkSizes& s) {
  const bool regression = records_group(job, Group::regression);
  if (!regression && !records_group(job, Group::eigenvectors)) return 0;
  const double test_rows = s.full_kernel() ? s.n_test * s.c : s.n_test;
  return 5 * s.kernel_size * s.kernel_size + (regression ? 2 * test_rows * s.kernel_size : 0);
}

/// The forward pass, and for dgelsd the features, a copy while they are put together, solution.
double least_squares_numbers(const WorkSizes& s) {
  const double p = s.readout_inputs();
  return 2 * s.n * s.m * s.hidden + 2 * s.n * p + 2 * std::max(s.n, p) * s.c;
}

}  // namespace

double predict_bytes(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const WorkSizes s = work_sizes(job, spec, shape);
  const double single = spec.precision == Precision::float32 ? 0.5 : 1.0;
  const bool descends = spec.method == Method::gradient_descent;
  const double data = (s.d + 2 * s.c) * s.n + (s.d + s.c) * s.n_test;
  // Initial network, the one in training, and its copy in double precision to look at.
  const double networks = (2 + single) * s.weights();
  const double initial_kernel = s.kernel_size * s.kernel_size;
  const double training = descends ? single * training_numbers(s) : least_squares_numbers(s);
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
  return base_bytes + number * (data + networks + initial_kernel + theory.kept + peak);
}

}  // namespace ntksweep
