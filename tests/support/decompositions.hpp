#pragma once

#include "ntksweep/nn/matrix.hpp"

/// Decompositions by Eigen that tests compare with, where the program mostly has LAPACK's. They are compiled once, in
/// decompositions.cpp: every file that instantiates one of them pays 5 to 25 s for it.
namespace ntksweep::reference {

/// Of a symmetric matrix, ascending.
Vector eigenvalues(const Matrix& symmetric);

/// A = V diag(values) V^T.
struct Eigenpairs {
  Vector values;   ///< ascending
  Matrix vectors;  ///< orthonormal columns in the order of the values
};
Eigenpairs eigenpairs(const Matrix& symmetric);

/// Descending, by one-sided Jacobi: small ones to high relative accuracy.
Vector singular_values(const Matrix& a);

/// A = left diag(values) right^T.
struct ThinSvd {
  Matrix left;
  Vector values;  ///< descending
  Matrix right;
};
ThinSvd thin_svd(const Matrix& a);

/// A^-1 B of a square regular matrix.
Matrix solve(const Matrix& a, const Matrix& b);

/// A^+ B: of all least-squares solutions the shortest; singular values of the size of rounding count as zero.
Matrix least_squares(const Matrix& a, const Matrix& b);

double determinant(const Matrix& a);

/// The square orthogonal factor of a QR decomposition.
Matrix orthogonal_factor(const Matrix& a);

}  // namespace ntksweep::reference
