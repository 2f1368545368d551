#include "blas.hpp"

#include <cblas.h>

namespace ntksweep::blas {

namespace {

blasint size(Index n) { return static_cast<blasint>(n); }

CBLAS_TRANSPOSE flag(Op op) { return op == Op::plain ? CblasNoTrans : CblasTrans; }

Op flipped(Op op) { return op == Op::plain ? Op::transposed : Op::plain; }

void gemv(CBLAS_TRANSPOSE op, double alpha, const MatrixOf<double>& a, const double* x, double beta, double* y) {
  cblas_dgemv(CblasColMajor, op, size(a.rows()), size(a.cols()), alpha, a.data(), size(a.rows()), x, 1, beta, y, 1);
}

void gemv(CBLAS_TRANSPOSE op, float alpha, const MatrixOf<float>& a, const float* x, float beta, float* y) {
  cblas_sgemv(CblasColMajor, op, size(a.rows()), size(a.cols()), alpha, a.data(), size(a.rows()), x, 1, beta, y, 1);
}

void gemm(double alpha, Operand<double> a, Operand<double> b, double beta, MatrixOf<double>& c) {
  cblas_dgemm(CblasColMajor, flag(a.op), flag(b.op), size(c.rows()), size(c.cols()), size(a.columns()), alpha,
              a.matrix.data(), size(a.matrix.rows()), b.matrix.data(), size(b.matrix.rows()), beta, c.data(),
              size(c.rows()));
}

void gemm(float alpha, Operand<float> a, Operand<float> b, float beta, MatrixOf<float>& c) {
  cblas_sgemm(CblasColMajor, flag(a.op), flag(b.op), size(c.rows()), size(c.cols()), size(a.columns()), alpha,
              a.matrix.data(), size(a.matrix.rows()), b.matrix.data(), size(b.matrix.rows()), beta, c.data(),
              size(c.rows()));
}

/// A matrix of one row or column is contiguous, transposed or not: it serves as the vector.
template <class S>
void product(S alpha, Operand<S> a, Operand<S> b, S beta, MatrixOf<S>& c) {
  if (c.cols() == 1) {
    gemv(flag(a.op), alpha, a.matrix, b.matrix.data(), beta, c.data());
  } else if (c.rows() == 1) {
    gemv(flag(flipped(b.op)), alpha, b.matrix, a.matrix.data(), beta, c.data());
  } else {
    gemm(alpha, a, b, beta, c);
  }
}

}  // namespace

void multiply(double alpha, Operand<double> a, Operand<double> b, double beta, MatrixOf<double>& c) {
  product(alpha, a, b, beta, c);
}

void multiply(float alpha, Operand<float> a, Operand<float> b, float beta, MatrixOf<float>& c) {
  product(alpha, a, b, beta, c);
}

void add_product(double alpha, const MatrixOf<double>& a, const VectorOf<double>& x, VectorOf<double>& y) {
  gemv(CblasNoTrans, alpha, a, x.data(), 1.0, y.data());
}

void add_product(float alpha, const MatrixOf<float>& a, const VectorOf<float>& x, VectorOf<float>& y) {
  gemv(CblasNoTrans, alpha, a, x.data(), 1.0f, y.data());
}

}  // namespace ntksweep::blas
