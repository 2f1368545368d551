#pragma once

#include <cmath>
#include <numbers>

#include "ntksweep/ntk/activation_moments.hpp"

/// Expectations over a pair of normal variables by the trapezoidal rule in the plane: slow, independent
/// of what the program does, and exponentially accurate for smooth activations.
namespace ntksweep::quadrature {

inline Vector nodes(double step) {
  const auto half = static_cast<Index>(std::ceil(9 / step));
  return Vector::LinSpaced(2 * half + 1, -static_cast<double>(half), static_cast<double>(half)) * step;
}

/// E[phi(u) phi(v)] and E[phi'(u) phi'(v)] for u = s z1, v = t (rho z1 + sqrt(1 - rho^2) z2).
inline PairMoments moments(const Activation& activation, double leak, double s, double t, double rho, double step) {
  const Vector z = nodes(step);
  const Vector weight = (-z.array().square() / 2).exp() * step / std::sqrt(2 * std::numbers::pi);
  Matrix left = s * z;
  Matrix left_slope(left.rows(), 1);
  apply(activation, left, left_slope, leak);
  Matrix right =
      t * (rho * z * Matrix::Ones(1, z.size()) + std::sqrt(1 - rho * rho) * Matrix::Ones(z.size(), 1) * z.transpose());
  Matrix right_slope(right.rows(), right.cols());
  apply(activation, right, right_slope, leak);
  const Matrix value = (left.cwiseProduct(weight)).transpose() * right * weight;
  const Matrix slope = (left_slope.cwiseProduct(weight)).transpose() * right_slope * weight;
  return {value, slope};
}

/// One pair with standard deviations s and t.
inline PairCovariance pair(double s, double t, double rho) {
  return {Matrix::Constant(1, 1, s * t * rho), Vector::Constant(1, s * s), Vector::Constant(1, t * t)};
}

}  // namespace ntksweep::quadrature
