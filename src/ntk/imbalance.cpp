#include "ntksweep/ntk/imbalance.hpp"

#include <Eigen/QR>
#include <algorithm>

#include "small_spectrum.hpp"

namespace ntksweep {

namespace {

/// The R of a QR factorization, min(rows, columns) x columns.
Matrix triangular_factor(const Matrix& a) {
  const Eigen::HouseholderQR<Matrix> qr(a);
  const Index k = std::min(a.rows(), a.cols());
  return qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
}

/// D in the basis of [W_1, W_2^T]: R_1 R_1^T - R_2 R_2^T, of the same nonzero eigenvalues.
Matrix imbalance_core(const Matrix& w1, const Matrix& w2) {
  Matrix both(w1.rows(), w1.cols() + w2.rows());
  both << w1, w2.transpose();
  const Matrix r = triangular_factor(both);
  const auto first = r.leftCols(w1.cols());
  const auto second = r.rightCols(w2.rows());
  return first * first.transpose() - second * second.transpose();
}

}  // namespace

Vector imbalance_eigenvalues(const Matrix& w1, const Matrix& w2) {
  return small_symmetric_eigenvalues(imbalance_core(w1, w2)).reverse();
}

double imbalance_norm(const Matrix& w1, const Matrix& w2) { return imbalance_core(w1, w2).norm(); }

/// A A^T - B B^T = 1/2 [(A - B)(A + B)^T + (A + B)(A - B)^T].
double imbalance_change(const Matrix& w1, const Matrix& w2, const Matrix& initial_w1, const Matrix& initial_w2) {
  const Index d = w1.cols();
  const Index c = w2.rows();
  Matrix all(w1.rows(), 2 * (d + c));
  all << w1 - initial_w1, w1 + initial_w1, (w2 - initial_w2).transpose(), (w2 + initial_w2).transpose();
  const Matrix r = triangular_factor(all);
  const Matrix half =
      r.leftCols(d) * r.middleCols(d, d).transpose() - r.middleCols(2 * d, c) * r.rightCols(c).transpose();
  return 0.5 * (half + half.transpose()).norm();
}

}  // namespace ntksweep
