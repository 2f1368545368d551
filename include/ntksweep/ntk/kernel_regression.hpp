#pragma once

#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {

/// Outputs of kernel regression, and how much of the kernel took part.
struct KernelRegression {
  Matrix train_output;  ///< C x n
  Matrix test_output;   ///< C x n_test
  Index rank;           ///< eigenvalues above eigenvalue_floor; the others are cut off where ridge = 0
};

/// f(x) = K(x, X) (K + n ridge I)^-1 y: the minimizer of 1/(2n) |f - y|^2 + ridge/2 |theta|^2 over
/// functions linear in theta with kernel K. With ridge = 0 the inverse is the pseudo-inverse with
/// cut-off N eps lambda_max: the minimum-norm interpolator, or least squares where K is singular, which
/// is what the linearised network tends to below the critical step, with y - f_0 for y and f_0 added
/// (ridge = weight decay toward the initial parameters).
/// targets: C x n. `kernel` of n C rows acts on them in sample-major order and `test_kernel` is
/// n_test C x n C; of n rows, on every output apart, and `test_kernel` is n_test x n.
/// 2 (n_test + n) N flops per right-hand side.
KernelRegression kernel_regression(const Eigensystem& kernel, const Matrix& test_kernel, const Matrix& targets,
                                   double ridge);

}  // namespace ntksweep
