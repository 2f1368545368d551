#include "ntksweep/ntk/kernel_eigenvectors.hpp"

#include <algorithm>
#include <stdexcept>

namespace ntksweep {

Matrix mode_coefficients(const Eigensystem& kernel, const Matrix& values) {
  const Index size = kernel.values.size();
  if (size == values.size()) return kernel.vectors.transpose() * values.reshaped();
  if (size == values.cols()) return kernel.vectors.transpose() * values.transpose();
  throw std::invalid_argument("mode_coefficients: the kernel has neither n C nor n rows");
}

Matrix values_from_modes(const Matrix& columns, Index outputs) {
  if (columns.cols() == outputs) return columns.transpose();
  return columns.reshaped(outputs, columns.rows() / outputs);
}

double subspace_overlap(const Eigensystem& kernel, const Eigensystem& initial, Index k) {
  k = std::min(k, kernel.values.size());
  const Matrix overlap = kernel.vectors.rightCols(k).transpose() * initial.vectors.rightCols(k);
  return overlap.squaredNorm() / static_cast<double>(k);
}

double label_energy(const Eigensystem& kernel, const Matrix& targets, Index k) {
  k = std::min(k, kernel.values.size());
  return mode_coefficients(kernel, targets).bottomRows(k).squaredNorm() / targets.squaredNorm();
}

double label_complexity(const Eigensystem& kernel, const Matrix& targets) {
  const Vector energy = mode_coefficients(kernel, targets).rowwise().squaredNorm();
  const double floor = eigenvalue_floor(kernel.values);
  double sum = 0;
  for (Index i = 0; i < energy.size(); ++i) {
    if (kernel.values(i) > floor) sum += energy(i) / kernel.values(i);
  }
  return sum / static_cast<double>(targets.cols());
}

double effective_dimension(const Vector& eigenvalues, double ridge, Index samples) {
  const Eigen::ArrayXd positive = eigenvalues.array().max(0.0);
  return (positive / (positive + static_cast<double>(samples) * ridge)).sum();
}

}  // namespace ntksweep
