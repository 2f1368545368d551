#include "ntksweep/nn/rotated_samples.hpp"

#include <lapacke.h>

#include "ntksweep/nn/lapack_failure.hpp"

namespace ntksweep {

namespace {

void check(lapack_int info, const char* routine) {
  if (info != 0) throw lapack_failure("rotated samples", routine, info);
}

}  // namespace

template <class S>
RotatedSamples<S> rotate_samples(const MatrixOf<S>& x, const MatrixOf<S>& y) {
  Matrix q = x.transpose().template cast<double>();
  const auto n = static_cast<lapack_int>(q.rows());
  const auto d = static_cast<lapack_int>(q.cols());
  Vector tau(q.cols());
  check(LAPACKE_dgeqrf(LAPACK_COL_MAJOR, n, d, q.data(), n, tau.data()), "dgeqrf");
  const Matrix upper = q.topRows(q.cols()).template triangularView<Eigen::Upper>();
  check(LAPACKE_dorgqr(LAPACK_COL_MAJOR, n, d, d, q.data(), n, tau.data()), "dorgqr");
  const Matrix targets = y.template cast<double>();
  const Matrix rotated = targets * q;
  const double rest = (targets - rotated * q.transpose()).squaredNorm() / (2.0 * static_cast<double>(n));
  return {upper.transpose().template cast<S>(), rotated.template cast<S>(), q.transpose().template cast<S>(), rest};
}

template RotatedSamples<double> rotate_samples(const MatrixOf<double>&, const MatrixOf<double>&);
template RotatedSamples<float> rotate_samples(const MatrixOf<float>&, const MatrixOf<float>&);

}  // namespace ntksweep
