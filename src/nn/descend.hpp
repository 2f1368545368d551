#pragma once

#include "blas.hpp"

namespace ntksweep {

/// below <- (s W^T signal) o slope. With one output the product is an outer one: a single pass over
/// the result, where GEMM and a mask would make three.
template <class S>
void descend(double scale, const MatrixOf<S>& weights, const MatrixOf<S>& signal, const MatrixOf<S>& slope,
             MatrixOf<S>& below) {
  const S factor = static_cast<S>(scale);
  if (weights.rows() == 1) {
    const Eigen::Map<const VectorOf<S>> row(weights.data(), weights.size());
    for (Index i = 0; i < below.cols(); ++i) below.col(i) = (factor * signal(0, i)) * row.cwiseProduct(slope.col(i));
    return;
  }
  blas::multiply(factor, blas::transposed(weights), blas::plain(signal), S(0), below);
  below.array() *= slope.array();
}

}  // namespace ntksweep
