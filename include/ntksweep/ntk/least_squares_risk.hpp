#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// Linear regression on isotropic Gaussian inputs: y = w* . x + noise, x ~ N(0, I_p), n samples.
struct LeastSquaresProblem {
  double signal;     ///< r^2 = |w*|^2
  double noise;      ///< s^2, variance of the noise in the training targets
  double start = 0;  ///< |w_0|^2 of the start of gradient descent, in a random direction
};

/// Expected excess risk E |w - w*|^2 (over the sample) of the minimum-norm least-squares solution, or of
/// gradient descent from w_0 run to its limit, exact for every n and p:
///   p <= n - 2:  s^2 p / (n - p - 1)
///   p >= n + 2:  (r^2 + |w_0|^2) (1 - n / p) + s^2 n / (p - n - 1)
/// and infinite for |p - n| <= 1 when there is noise. The distribution is heavy-tailed near p = n:
/// compare with medians there. In terms of the loss 1/(2n) |f - y|^2 on clean test targets it is twice
/// the test loss. Source: Hastie, Montanari, Rosset, Tibshirani, Ann. Stat. 50, 2022; Belkin, Hsu, Xu 2020.
double least_squares_excess_risk(Index samples, Index parameters, const LeastSquaresProblem& problem);

/// Its limit at p / n = gamma fixed: s^2 gamma / (1 - gamma), or (r^2 + |w_0|^2)(1 - 1/gamma) + s^2 / (gamma - 1)
/// (Hastie et al., theorem 1); infinite at gamma = 1. Visibly off at n = 100.
double least_squares_asymptotic_risk(double gamma, const LeastSquaresProblem& problem);

/// The curve of Belkin, Hsu, Xu ("Two models of double descent for weak features", SIAM J. Math. Data
/// Sci. 2, 2020): of D Gaussian features that carry the signal, p chosen at random are fitted, the rest
/// acts as noise of variance r^2 (1 - p / D). Expected excess risk over sample and choice, exact:
///   r^2 (1 - p/D) + excess(n, p) with signal r^2 p / D and noise s^2 + r^2 (1 - p/D).
/// Zero start. Throws std::invalid_argument for p > D.
double selected_features_excess_risk(Index samples, Index selected, Index features, const LeastSquaresProblem& problem);

}  // namespace ntksweep
