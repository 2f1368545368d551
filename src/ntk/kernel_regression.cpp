#include "ntksweep/ntk/kernel_regression.hpp"

#include <algorithm>

#include "ntksweep/ntk/kernel_eigenvectors.hpp"

namespace ntksweep {

namespace {

/// 1 / (lambda + n ridge), 0 where it is cut off. Eigenvalues below 0 are rounding and count as 0.
Vector inverse(const Vector& eigenvalues, double shift) {
  const double floor = eigenvalue_floor(eigenvalues);
  return eigenvalues.unaryExpr([=](double lambda) {
    if (shift == 0) return lambda > floor ? 1 / lambda : 0.0;
    return 1 / (std::max(lambda, 0.0) + shift);
  });
}

}  // namespace

KernelRegression kernel_regression(const Eigensystem& kernel, const Matrix& test_kernel, const Matrix& targets,
                                   double ridge) {
  const Vector factor = inverse(kernel.values, static_cast<double>(targets.cols()) * ridge);
  const Matrix dual = factor.asDiagonal() * mode_coefficients(kernel, targets);
  const Vector positive = kernel.values.cwiseMax(0.0);
  const Matrix train = kernel.vectors * (positive.asDiagonal() * dual);
  const Matrix weights = kernel.vectors * dual;
  return {values_from_modes(train, targets.rows()), values_from_modes(test_kernel * weights, targets.rows()),
          (kernel.values.array() > eigenvalue_floor(kernel.values)).count()};
}

}  // namespace ntksweep
