#include "kernel_sums.hpp"

#include <array>
#include <cmath>

namespace ntksweep {

namespace {

/// A symmetric matrix by columns, and what centring takes from its entries.
struct Centred {
  const double* column;
  const double* row_means;
  double shift;  ///< mean of the column less that of all entries
  double operator()(Index i) const { return column[i] - row_means[i] - shift; }
};

/// Sums of products in eight lanes, so that they have the same bits however wide the registers are.
double product_of_columns(const Centred& a, const Centred& b, Index begin, Index end) {
  constexpr Index lanes = 8;
  std::array<double, lanes> sums{};
  Index i = begin;
  for (; i + lanes <= end; i += lanes) {
    for (Index lane = 0; lane < lanes; ++lane) sums[static_cast<std::size_t>(lane)] += a(i + lane) * b(i + lane);
  }
  for (; i < end; ++i) sums.front() += a(i) * b(i);
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

Centred centred_column(const Matrix& matrix, const KernelSums& sums, Index j) {
  return {matrix.data() + j * matrix.rows(), sums.row_means.data(), sums.row_means(j) - sums.mean};
}

/// <K, y^T y>.
double product_with_targets(const Matrix& kernel, const Matrix& y) { return (y * kernel).cwiseProduct(y).sum(); }

}  // namespace

Matrix targets_like(const Matrix& targets, const Matrix& kernel) {
  return kernel.rows() == targets.cols() ? targets : Matrix(targets.reshaped(1, targets.size()));
}

double centred_product(const Matrix& a, const KernelSums& of_a, const Matrix& b, const KernelSums& of_b) {
  double below = 0;
  double diagonal = 0;
  for (Index j = 0; j < a.cols(); ++j) {
    const Centred left = centred_column(a, of_a, j);
    const Centred right = centred_column(b, of_b, j);
    diagonal += left(j) * right(j);
    below += product_of_columns(left, right, j + 1, a.rows());
  }
  return diagonal + 2 * below;
}

const KernelSums& kernel_sums(const MeasuredKernel& kernel, const Matrix& targets) {
  if (!kernel.sums) {
    const Matrix y = targets_like(targets, kernel.matrix);
    const Matrix from_mean = y.colwise() - y.rowwise().mean();
    KernelSums sums{kernel.matrix.colwise().mean().transpose(), 0, 0, product_with_targets(kernel.matrix, y),
                    product_with_targets(kernel.matrix, from_mean)};
    sums.mean = sums.row_means.mean();
    sums.centred_norm = std::sqrt(centred_product(kernel.matrix, sums, kernel.matrix, sums));
    kernel.sums = std::move(sums);
  }
  return *kernel.sums;
}

}  // namespace ntksweep
