#include "ntksweep/ntk/random_features_risk.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace ntksweep {

namespace {

/// int_0^12 g^k phi^j (+-sigma g) N(g) dg for (k, j) = (0, 1), (1, 1), (0, 2), one side of the kink.
std::array<double, 3> half_moments(const Activation& activation, double leaky_slope, double sigma) {
  constexpr Index intervals = 4096;
  constexpr double reach = 12;
  const Vector g = Vector::LinSpaced(intervals + 1, 0, reach);
  Matrix value = sigma * g;
  Matrix slope(value.rows(), 1);
  apply(activation, value, slope, leaky_slope);
  std::array<double, 3> sums{};
  for (Index i = 0; i <= intervals; ++i) {
    const double simpson = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
    const double weight = simpson * std::exp(-0.5 * g(i) * g(i));
    sums[0] += weight * value(i, 0);
    sums[1] += weight * g(i) * value(i, 0);
    sums[2] += weight * value(i, 0) * value(i, 0);
  }
  const double unit = reach / (3 * static_cast<double>(intervals)) / std::sqrt(2 * std::numbers::pi);
  for (double& sum : sums) sum *= unit;
  return sums;
}

/// Rising in q from 0 without bound.
double occupation(double q, double zeta2) { return q * (1 + zeta2 / (1 + zeta2 * q)); }

/// occupation(q) = psi, a quadratic equation in q.
double ridgeless_root(double psi, double zeta2) {
  const double b = psi * zeta2 - zeta2 - 1;
  const double root = std::sqrt(b * b + 4 * zeta2 * psi);
  return b > 0 ? (b + root) / (2 * zeta2) : 2 * psi / (root - b);
}

/// (psi_1 - g)(psi_2 - g) falls from psi_1 psi_2 to 0 where q * ridge rises: bisection.
double ridge_root(double psi1, double psi2, double zeta2, double ridge) {
  double low = 0;
  double high = ridgeless_root(std::min(psi1, psi2), zeta2);
  for (int i = 0; i < 200; ++i) {
    const double q = 0.5 * (low + high);
    const double g = occupation(q, zeta2);
    ((psi1 - g) * (psi2 - g) > q * ridge ? low : high) = q;
  }
  return 0.5 * (low + high);
}

struct BiasVariance {
  double bias, variance;
};

/// Definition 1 of the paper: B = E_1 / E_0, V = E_2 / E_0, polynomials in chi and z = zeta^2.
BiasVariance bias_variance(double psi1, double psi2, double z, double chi) {
  const double chi2 = chi * chi, chi3 = chi2 * chi, chi4 = chi3 * chi, chi5 = chi4 * chi;
  const double z2 = z * z, z3 = z2 * z;
  const double both = psi1 * psi2;
  const double e0 = -chi5 * z3 + 3 * chi4 * z2 + (both - psi1 - psi2 + 1) * chi3 * z3 - 2 * chi3 * z2 - 3 * chi3 * z +
                    (psi1 + psi2 - 3 * both + 1) * chi2 * z2 + 2 * chi2 * z + chi2 + 3 * both * chi * z - both;
  const double e1 = psi2 * chi3 * z2 - psi2 * chi2 * z + both * chi * z - both;
  const double e2 = chi5 * z3 - 3 * chi4 * z2 + (psi1 - 1) * chi3 * z3 + 2 * chi3 * z2 + 3 * chi3 * z -
                    (psi1 + 1) * chi2 * z2 - 2 * chi2 * z - chi2;
  return {e1 / e0, e2 / e0};
}

}  // namespace

FeatureMoments feature_moments(const Activation& activation, double leaky_slope, double sigma) {
  const auto right = half_moments(activation, leaky_slope, sigma);
  const auto left = half_moments(activation, leaky_slope, -sigma);
  const double constant = right[0] + left[0];
  const double linear = right[1] - left[1];
  return {constant, linear, right[2] + left[2] - constant * constant - linear * linear};
}

double random_features_excess_risk(const RandomFeaturesProblem& problem, const FeatureMoments& moments, double ridge) {
  const double d = static_cast<double>(problem.inputs);
  const double psi1 = static_cast<double>(problem.features) / d;
  const double psi2 = static_cast<double>(problem.samples) / d;
  const double linear_square = moments.linear * moments.linear;
  if (moments.nonlinear_square < 1e-9 * linear_square || linear_square < 1e-9 * moments.nonlinear_square) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double zeta2 = linear_square / moments.nonlinear_square;
  const double q = ridge == 0 ? ridgeless_root(std::min(psi1, psi2), zeta2)
                              : ridge_root(psi1, psi2, zeta2, ridge / (d * moments.nonlinear_square));
  if (ridge == 0 && problem.features == problem.samples) return std::numeric_limits<double>::infinity();
  const BiasVariance parts = bias_variance(psi1, psi2, zeta2, -q);
  return problem.signal * parts.bias + problem.noise * parts.variance;
}

}  // namespace ntksweep
