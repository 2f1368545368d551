#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// The step size above which the linearised model diverges,
///   eta_crit = 2 (1 + beta) / (lambda_max / n + w),
/// for theta_{t+1} = theta_t - eta (c g + w theta) + beta (theta_t - theta_{t-1}) on 1/(2n) |f - y|^2:
/// heavy ball (Polyak 1964) with momentum 0 <= beta < 1 and weight decay w inside the gradient; beta = 0
/// is gradient descent. lambda_max: of the full nC x nC kernel, factors c included; n: samples.
/// On an eigenvalue h = lambda / n + w the iteration has the characteristic polynomial
/// z^2 - (1 + beta - eta h) z + beta, whose roots leave the unit disc through -1 at eta h = 2 (1 + beta).
/// For mini-batches it is an upper bound only. Infinite where nothing is curved.
double critical_step(double lambda_max, Index samples, double momentum = 0, double weight_decay = 0);

}  // namespace ntksweep
