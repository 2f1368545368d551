#pragma once

#include "ntksweep/nn/activation.hpp"

namespace ntksweep {

/// Moments of phi(sigma g), g ~ N(0, 1): the parts of a random feature that are constant, linear in the
/// inputs, and neither.
struct FeatureMoments {
  double constant;          ///< mu_0 = E phi
  double linear;            ///< mu_1 = E g phi
  double nonlinear_square;  ///< mu_*^2 = E phi^2 - mu_0^2 - mu_1^2
};

/// By Simpson's rule on both sides of the kink, about 1e-10 accurate.
FeatureMoments feature_moments(const Activation& activation, double leaky_slope, double sigma);

/// Sizes and teacher of a random-features regression.
struct RandomFeaturesProblem {
  Index inputs;    ///< d
  Index features;  ///< N, the width
  Index samples;   ///< n
  double signal;   ///< F_1^2 = |b|^2 of the teacher b . x
  double noise;    ///< tau^2, variance of the noise in the training targets
};

/// Excess risk E (f(x) - b . x)^2, at d, N, n -> infinity with their ratios fixed, of
///   f(x) = sum_j a_j phi(sigma w_j . x / sqrt(d)),  w_j, x ~ N(0, I_d) (or uniform on spheres),
/// where a minimizes |y - f(X)|^2 + ridge |a|^2 over the n samples; ridge = 0 is the minimum-norm
/// solution. With psi_1 = N/d, psi_2 = n/d, zeta = mu_1/mu_* it is signal B(chi) + noise V(chi), where
/// q = -chi > 0 solves, for g(q) = q (1 + zeta^2 / (1 + zeta^2 q)),
///   (psi_1 - g)(psi_2 - g) = q ridge / (d mu_*^2),  g < min(psi_1, psi_2)
/// (their fixed-point equations on the imaginary axis). One hidden layer, one output, output layer
/// alone trained from zero, no biases, linear teacher; elsewhere it predicts nothing.
/// Infinite at N = n without ridge; NaN for phi linear (mu_* = 0) or mu_1 = 0.
/// At d = 100 simulations agree within 4 % on spheres (the paper's case) and within 11 % with normal
/// inputs and weights, most above the peak. Source: Mei, Montanari, Commun. Pure Appl. Math. 75,
/// 2022 (arXiv 1908.05355), theorems 1 and 3, definition 1.
double random_features_excess_risk(const RandomFeaturesProblem& problem, const FeatureMoments& moments,
                                   double ridge = 0);

}  // namespace ntksweep
