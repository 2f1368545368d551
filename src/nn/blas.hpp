#pragma once

#include "ntksweep/nn/matrix.hpp"

/// Dense products without temporaries. Eigen's own copy a scaled row into the heap before GEMV,
/// which a training loop over small networks feels.
namespace ntksweep::blas {

enum class Op { plain, transposed };

template <class Scalar>
struct Operand {
  const MatrixOf<Scalar>& matrix;
  Op op = Op::plain;

  Index rows() const { return op == Op::plain ? matrix.rows() : matrix.cols(); }
  Index columns() const { return op == Op::plain ? matrix.cols() : matrix.rows(); }
};

template <class Scalar>
Operand<Scalar> plain(const MatrixOf<Scalar>& matrix) {
  return {matrix, Op::plain};
}
template <class Scalar>
Operand<Scalar> transposed(const MatrixOf<Scalar>& matrix) {
  return {matrix, Op::transposed};
}

/// c <- alpha a b + beta c, with c of the right shape; GEMV where c has one row or one column.
/// With beta = 0 what c holds does not matter. 2 m n k flops.
void multiply(double alpha, Operand<double> a, Operand<double> b, double beta, MatrixOf<double>& c);
void multiply(float alpha, Operand<float> a, Operand<float> b, float beta, MatrixOf<float>& c);

/// y <- y + alpha a x.
void add_product(double alpha, const MatrixOf<double>& a, const VectorOf<double>& x, VectorOf<double>& y);
void add_product(float alpha, const MatrixOf<float>& a, const VectorOf<float>& x, VectorOf<float>& y);

}  // namespace ntksweep::blas
