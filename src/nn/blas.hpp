#pragma once

#include "ntksweep/nn/matrix.hpp"

/// Dense products without temporaries. Eigen's own copy a scaled row into the heap before GEMV,
/// which a training loop over small networks feels.
namespace ntksweep::blas {

/// A matrix, or some rows and columns of one, that a product reads as it is or transposed. What it
/// was made from must outlive it.
template <class Scalar>
struct Operand {
  const Scalar* data;
  Index rows, columns;  ///< as the product sees it
  Index stride;         ///< from one stored column to the next
  bool is_transposed;
};

template <class Derived>
Operand<typename Derived::Scalar> plain(const Derived& matrix) {
  return {matrix.data(), matrix.rows(), matrix.cols(), matrix.outerStride(), false};
}
template <class Derived>
Operand<typename Derived::Scalar> transposed(const Derived& matrix) {
  return {matrix.data(), matrix.cols(), matrix.rows(), matrix.outerStride(), true};
}

/// c <- alpha a b + beta c, with c of the right shape; GEMV where c has one row or one column.
/// With beta = 0 what c holds does not matter. 2 m n k flops.
void multiply(double alpha, const Operand<double>& a, const Operand<double>& b, double beta, Eigen::Ref<Matrix> c);
void multiply(float alpha, const Operand<float>& a, const Operand<float>& b, float beta, Eigen::Ref<MatrixOf<float>> c);

}  // namespace ntksweep::blas
