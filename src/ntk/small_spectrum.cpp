#include "small_spectrum.hpp"

#include <Eigen/Eigenvalues>

namespace ntksweep {

Vector small_symmetric_eigenvalues(const Matrix& matrix) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(matrix, Eigen::EigenvaluesOnly).eigenvalues();
}

Eigensystem tridiagonal_eigensystem(const Vector& diagonal, const Vector& below) {
  Eigen::SelfAdjointEigenSolver<Matrix> solver;
  solver.computeFromTridiagonal(diagonal, below);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace ntksweep
