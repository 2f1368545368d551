#pragma once

#include "ntksweep/ntk/spectrum.hpp"

/// Spectra of matrices that are small beside the kernel, by Eigen's QR iteration; LAPACK (spectrum.hpp) has other bits.
namespace ntksweep {

/// Of a symmetric matrix, of which the lower triangle is read; ascending.
Vector small_symmetric_eigenvalues(const Matrix& matrix);

/// Of the symmetric tridiagonal matrix of this diagonal (n) and the entries below it (n - 1).
Eigensystem tridiagonal_eigensystem(const Vector& diagonal, const Vector& below);

}  // namespace ntksweep
