#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// n samples of a linear network without biases, n > d, as d that stand for all: X = R Q^T with
/// orthonormal columns of Q. The outputs on X are those on R times Q^T, so
///   |F(X) - Y|^2 = |F(R) - Y Q|^2 + |Y - Y Q Q^T|^2,
/// and every gradient on (R, Y Q) is that on (X, Y). X may have any rank.
template <class Scalar>
struct RotatedSamples {
  MatrixOf<Scalar> input;   ///< R, d x d
  MatrixOf<Scalar> target;  ///< Y Q, C x d
  MatrixOf<Scalar> basis;   ///< Q^T, d x n
  double rest;              ///< |Y - Y Q Q^T|^2 / (2 n): what no linear network fits
};

/// x: d x n with n >= d, y: C x n. The QR decomposition of X^T, in float64; some 4 n d^2 flops. Throws
/// NumericalError when LAPACK fails.
template <class Scalar>
RotatedSamples<Scalar> rotate_samples(const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y);

extern template RotatedSamples<double> rotate_samples(const MatrixOf<double>&, const MatrixOf<double>&);
extern template RotatedSamples<float> rotate_samples(const MatrixOf<float>&, const MatrixOf<float>&);

}  // namespace ntksweep
