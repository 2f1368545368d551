#pragma once

#include "ntksweep/nn/activation.hpp"

namespace ntksweep {

/// Covariances of pairs (u, v) of centred normal variables: u_i with variance rows(i), v_j with
/// variance columns(j), cov(u_i, v_j) = cross(i, j).
struct PairCovariance {
  Matrix cross;    ///< n1 x n2
  Vector rows;     ///< n1
  Vector columns;  ///< n2
};

/// Expectations over those pairs, both n1 x n2.
struct PairMoments {
  Matrix values;  ///< E[phi(u_i) phi(v_j)]
  Matrix slopes;  ///< E[phi'(u_i) phi'(v_j)], with phi'(0) as the activation has it
};

/// Closed forms for linear, relu and leaky_relu (Cho, Saul, NeurIPS 2009) and erf (Williams, NeurIPS
/// 1996); Hermite series for tanh and gelu (hermite_moments). O(n1 n2).
/// The slopes of relu and leaky_relu depend on the angle between the inputs: angles below 1.4e-7 are
/// taken as 0, so that parallel inputs are exactly parallel; elsewhere they are good to 2e-8 where
/// inputs are nearly parallel and to 1e-15 / angle in general.
/// Throws InputError where the activation has no row in the table of activation_moments.cpp.
PairMoments activation_moments(const Activation& activation, double leaky_slope, const PairCovariance& covariance);

/// E[phi(u)^2] for u of each variance, to the accuracy of activation_moments.
Vector activation_second_moment(const Activation& activation, double leaky_slope, const Vector& variance);

/// Moments of any smooth activation from its Hermite coefficients, computed once per variable:
///   E[phi(u) phi(v)] = sum_k a_k(sd u) a_k(sd v) corr(u, v)^k,  a_k(s) = E[phi(s z) He_k(z)] / sqrt(k!),
/// and the same with phi' (Mehler's formula; O'Donnell, "Analysis of Boolean Functions", 2014, ch. 11).
/// a_k by the trapezoidal rule, which converges exponentially for analytic functions. The number K of
/// terms is the power of two from 64 to 4096 at which what is left of E[phi^2] and E[phi'^2] at the
/// largest variance falls below `tolerance` of them; errors are below tolerance sd(phi(u)) sd(phi(v)).
/// Throws NumericalError where 4096 terms do not reach it (with 1e-12: tanh from a standard deviation of
/// 6 on) or a standard deviation is over 10.
/// Measured against quadrature in the plane with 1e-12: within 5e-13 for tanh, gelu and erf at standard
/// deviations from 1 to 7 (relu: 1e-3, a kink has no such series). 6 n1 n2 K flops: 0.4 s for tanh and
/// 0.2 s for gelu with 1000 x 1000 pairs of standard deviation 1.4, 1.2 s and 0.3 s at 2, on one core.
PairMoments hermite_moments(const Activation& activation, double leaky_slope, const PairCovariance& covariance,
                            double tolerance);

/// E[phi(u)^2] in the same way.
Vector hermite_second_moment(const Activation& activation, double leaky_slope, const Vector& variance,
                             double tolerance);

}  // namespace ntksweep
