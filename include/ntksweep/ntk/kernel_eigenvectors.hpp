#pragma once

#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {

/// Functions of a kernel's eigensystem and of values on its samples (C x n, samples are columns).
/// A kernel of N = n C rows acts on the values in sample-major order; one of N = n rows acts on every
/// output apart. Any other size is a std::invalid_argument.

/// V^T applied to the values: N x 1 for a full kernel, N x C for one that acts on outputs apart.
Matrix mode_coefficients(const Eigensystem& kernel, const Matrix& values);

/// C x n values from what a kernel's rows give: n C x 1, or n x C.
Matrix values_from_modes(const Matrix& columns, Index outputs);

/// |V_k(t)^T V_k(0)|_F^2 / k of the k eigenvectors with the largest eigenvalues: 1 for the same space,
/// k / N on average for unrelated ones. k is at least 1 and cut to N. 2 N k^2 flops.
double subspace_overlap(const Eigensystem& kernel, const Eigensystem& initial, Index k);

/// sum_{i<=k} (v_i . y)^2 / |y|^2 over the k largest eigenvalues, outputs summed; NaN where y = 0.
/// k is cut to N.
double label_energy(const Eigensystem& kernel, const Matrix& targets, Index k);

/// y^T K^+ y / n with eigenvalues up to eigenvalue_floor cut off; Arora, Du, Hu, Li, Wang, ICML 2019
/// (their bound is the root of twice this).
double label_complexity(const Eigensystem& kernel, const Matrix& targets);

/// tr K (K + n l I)^-1 = sum_i lambda_i / (lambda_i + n l), l > 0; eigenvalues below 0 are rounding and
/// count as 0. Zhang, Neural Computation 2005.
double effective_dimension(const Vector& eigenvalues, double ridge, Index samples);

}  // namespace ntksweep
