#include "blas.hpp"

#include <cblas.h>

namespace ntksweep::blas {

namespace {

blasint size(Index n) { return static_cast<blasint>(n); }

CBLAS_TRANSPOSE flag(bool transposed) { return transposed ? CblasTrans : CblasNoTrans; }

/// y <- alpha A x + beta y with A as it is stored, or its transpose.
void gemv(bool transposed, double alpha, const Operand<double>& a, const double* x, Index step_x, double beta,
          double* y, Index step_y) {
  const Index rows = a.is_transposed ? a.columns : a.rows;
  const Index columns = a.is_transposed ? a.rows : a.columns;
  cblas_dgemv(CblasColMajor, flag(transposed), size(rows), size(columns), alpha, a.data, size(a.stride), x,
              size(step_x), beta, y, size(step_y));
}

void gemv(bool transposed, float alpha, const Operand<float>& a, const float* x, Index step_x, float beta, float* y,
          Index step_y) {
  const Index rows = a.is_transposed ? a.columns : a.rows;
  const Index columns = a.is_transposed ? a.rows : a.columns;
  cblas_sgemv(CblasColMajor, flag(transposed), size(rows), size(columns), alpha, a.data, size(a.stride), x,
              size(step_x), beta, y, size(step_y));
}

void gemm(double alpha, const Operand<double>& a, const Operand<double>& b, double beta, Eigen::Ref<Matrix>& c) {
  cblas_dgemm(CblasColMajor, flag(a.is_transposed), flag(b.is_transposed), size(c.rows()), size(c.cols()),
              size(a.columns), alpha, a.data, size(a.stride), b.data, size(b.stride), beta, c.data(),
              size(c.outerStride()));
}

void gemm(float alpha, const Operand<float>& a, const Operand<float>& b, float beta, Eigen::Ref<MatrixOf<float>>& c) {
  cblas_sgemm(CblasColMajor, flag(a.is_transposed), flag(b.is_transposed), size(c.rows()), size(c.cols()),
              size(a.columns), alpha, a.data, size(a.stride), b.data, size(b.stride), beta, c.data(),
              size(c.outerStride()));
}

template <class S>
void product(S alpha, const Operand<S>& a, const Operand<S>& b, S beta, Eigen::Ref<MatrixOf<S>>& c) {
  if (c.cols() == 1) {
    gemv(a.is_transposed, alpha, a, b.data, b.is_transposed ? b.stride : 1, beta, c.data(), 1);
  } else if (c.rows() == 1) {
    gemv(!b.is_transposed, alpha, b, a.data, a.is_transposed ? 1 : a.stride, beta, c.data(), c.outerStride());
  } else {
    gemm(alpha, a, b, beta, c);
  }
}

}  // namespace

void multiply(double alpha, const Operand<double>& a, const Operand<double>& b, double beta, Eigen::Ref<Matrix> c) {
  product(alpha, a, b, beta, c);
}

void multiply(float alpha, const Operand<float>& a, const Operand<float>& b, float beta,
              Eigen::Ref<MatrixOf<float>> c) {
  product(alpha, a, b, beta, c);
}

}  // namespace ntksweep::blas
