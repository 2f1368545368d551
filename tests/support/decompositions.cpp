#include "decompositions.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

namespace ntksweep::reference {

Vector eigenvalues(const Matrix& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(symmetric, Eigen::EigenvaluesOnly).eigenvalues();
}

Eigenpairs eigenpairs(const Matrix& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

Vector singular_values(const Matrix& a) { return Eigen::JacobiSVD<Matrix>(a).singularValues(); }

ThinSvd thin_svd(const Matrix& a) {
  const Eigen::JacobiSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

Matrix solve(const Matrix& a, const Matrix& b) { return a.partialPivLu().solve(b); }

Matrix least_squares(const Matrix& a, const Matrix& b) { return a.completeOrthogonalDecomposition().solve(b); }

double determinant(const Matrix& a) { return a.partialPivLu().determinant(); }

Matrix orthogonal_factor(const Matrix& a) { return a.householderQr().householderQ(); }

}  // namespace ntksweep::reference
