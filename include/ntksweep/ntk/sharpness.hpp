#pragma once

#include "ntksweep/ntk/hessian_product.hpp"

namespace ntksweep {

/// The largest eigenvalue, with its sign, of C^{1/2} H C^{1/2} + w I on the trained parameters: H the
/// Hessian of the loss, C the learning-rate factors, w the weight decay (which has no factor c).
/// Gradient descent theta <- theta - eta (c g + w theta) is locally stable below 2 / sharpness; as the
/// residual vanishes it tends to lambda_max(K) / n + w (squared loss, K the full kernel).
/// Lanczos on exact Hessian-vector products, relative accuracy 1e-8 (rounding, 1e-14 |H|, where the
/// largest eigenvalue is small beside the most negative one): mostly 10 to 60 products of 12 n P
/// flops. Memory: `sharpness_vectors(P)` vectors of P numbers.
/// Throws NumericalError where the network is not finite or the iteration does not converge.
/// Source: Cohen et al., ICLR 2021.
double sharpness(const Network<double>& network, const Matrix& x, const OutputDerivatives& loss,
                 double weight_decay = 0);

/// How many vectors of P numbers `sharpness` holds: 64 + 6, fewer (down to 16 + 6) as soon as they
/// would take more than 1 GiB: 1.8 GB at P = 1e7.
Index sharpness_vectors(Index trained_parameters);

}  // namespace ntksweep
