#include <limits>

#include "kernel_product.hpp"
#include "lanczos.hpp"
#include "ntksweep/ntk/measured_kernel.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {

namespace {

/// v -> (1/C) sum_c K_cc v, by C products with the full kernel.
Vector traced_product(KernelProduct& full, const Vector& v) {
  const Index outputs = full.outputs();
  Vector sum = Vector::Zero(v.size());
  for (Index c = 0; c < outputs; ++c) {
    Matrix spread = Matrix::Zero(outputs, v.size());
    spread.row(c) = v.transpose();
    sum += full(spread.reshaped()).reshaped(outputs, v.size()).row(c).transpose();
  }
  return sum / static_cast<double>(outputs);
}

/// The rank of J c J^T is at most P; traced, that of the C blocks side by side.
bool is_singular(const Network<double>& network, KernelKind kind, Index rows) {
  const Index blocks = kind == KernelKind::full ? 1 : network.layers.back().fan_out;
  return trained_parameter_count(network.layers) * blocks < rows;
}

}  // namespace

MeasuredKernel measure_kernel_ends(const Network<double>& network, const Matrix& x, KernelKind kind) {
  constexpr double relative_residual = 1e-3;
  constexpr int cycles = 4;
  KernelProduct full(network, x);
  const bool traced = kind == KernelKind::trace && full.outputs() > 1;
  const Index rows = traced ? x.cols() : full.size();
  const SymmetricProduct product = [&](const Vector& v) { return traced ? traced_product(full, v) : full(v); };
  const std::string subject = "spectrum: the kernel";
  KernelEnds ends{rows, 0, 0, full.diagonal().sum() / static_cast<double>(traced ? full.outputs() : 1)};
  ends.lambda_max = largest_eigenvalue(product, rows, {.tolerance = 1e-12, .cycle_length = 64, .subject = subject});
  if (!is_singular(network, kind, rows)) {
    const auto smallest =
        smallest_eigenvalue(product, rows, {.tolerance = relative_residual, .cycle_length = 256, .subject = subject},
                            eigenvalue_floor(rows, ends.lambda_max), cycles);
    ends.lambda_min = smallest.value_or(std::numeric_limits<double>::quiet_NaN());
  }
  return {{}, {}, std::numeric_limits<double>::quiet_NaN(), kind, ends};
}

}  // namespace ntksweep
