#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// Eigenvalues of a symmetric matrix in ascending order, values only, 4/3 N^3 flops: by LAPACK dsyevd, from
/// N = 2048 on by dsyevd_2stage, whose reduction to a band is made of matrix products (Haidar, Ltaief,
/// Dongarra, SC 2011). Throws NumericalError when the matrix is not finite or LAPACK reports a failure.
Vector symmetric_eigenvalues(const Matrix& matrix);

/// The same without a copy: the lower triangle is overwritten and then restored from the upper one.
/// `matrix` is symmetric to the bit and comes back as it was.
Vector eigenvalues_in_place(Matrix& matrix);

/// M = V diag(values) V^T.
struct Eigensystem {
  Vector values;   ///< N, ascending
  Matrix vectors;  ///< N x N, orthonormal columns in the order of the values
};

/// Eigenvalues and eigenvectors of a symmetric matrix, of which the lower triangle is read, by LAPACK
/// dsyevd (some 9 N^3 flops). Throws NumericalError as symmetric_eigenvalues does.
Eigensystem symmetric_eigensystem(Matrix matrix);

/// Rounding floor of the smallest eigenvalue: N eps lambda_max. A computed lambda_min below it is
/// not distinguishable from zero.
double eigenvalue_floor(const Vector& eigenvalues);
double eigenvalue_floor(Index size, double lambda_max);

}  // namespace ntksweep
