#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// Eigenvalues of a symmetric matrix in ascending order, by LAPACK dsyevd (values only, 4/3 N^3
/// flops). Throws NumericalError when the matrix is not finite or LAPACK reports a failure.
Vector symmetric_eigenvalues(const Matrix& matrix);

/// M = V diag(values) V^T.
struct Eigensystem {
  Vector values;   ///< N, ascending
  Matrix vectors;  ///< N x N, orthonormal columns in the order of the values
};

/// Eigenvalues and eigenvectors of a symmetric matrix, of which the lower triangle is read, by LAPACK
/// dsyevd (some 9 N^3 flops). Throws NumericalError as symmetric_eigenvalues does.
Eigensystem symmetric_eigensystem(const Matrix& matrix);

/// Rounding floor of the smallest eigenvalue: N eps lambda_max. A computed lambda_min below it is
/// not distinguishable from zero.
double eigenvalue_floor(const Vector& eigenvalues);

}  // namespace ntksweep
