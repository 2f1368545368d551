#include "ntksweep/ntk/activation_moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

using std::numbers::pi;

constexpr double series_tolerance = 1e-12;

/// E[phi(u) phi(v)] and E[phi'(u) phi'(v)] of one pair.
struct Moments {
  double value, slope;
};

/// `moments` of (var u, var v, cov) for every pair.
template <class OfPair>
PairMoments for_each_pair(const PairCovariance& covariance, const OfPair& of_pair) {
  const Matrix& cross = covariance.cross;
  PairMoments result{Matrix(cross.rows(), cross.cols()), Matrix(cross.rows(), cross.cols())};
  for (Index j = 0; j < cross.cols(); ++j) {
    for (Index i = 0; i < cross.rows(); ++i) {
      const Moments m = of_pair(covariance.rows(i), covariance.columns(j), cross(i, j));
      result.values(i, j) = m.value;
      result.slopes(i, j) = m.slope;
    }
  }
  return result;
}

/// Angle between two vectors with these squared lengths and inner product. Rounding of the three
/// decides what is left of a small one: below 1.4e-7 it is noise, and taken as 0 (or pi).
double angle(double length, double cross) {
  constexpr double noise = 1e-14;
  const double sine_squared = (length - cross) * (length + cross);
  if (sine_squared <= 2 * noise * length * length) return cross > 0 ? 0 : pi;
  return std::atan2(std::sqrt(sine_squared), cross);
}

/// z for z > 0, else leak z. A variance of 0 means u = 0 always, where the slope is `leak`.
Moments rectified(double u, double v, double cross, double leak) {
  const double length = std::sqrt(u) * std::sqrt(v);
  const auto mean_slope = [leak](double variance) { return variance > 0 ? (1 + leak) / 2 : leak; };
  if (length == 0) return {0, mean_slope(u) * mean_slope(v)};
  const double t = angle(length, cross);
  const double same = 1 + leak * leak;
  const double sine = std::sin(t);
  const double cosine = std::cos(t);
  return {length / (2 * pi) * (same * (sine + (pi - t) * cosine) - 2 * leak * (sine - t * cosine)),
          (same * (pi - t) + 2 * leak * t) / (2 * pi)};
}

PairMoments leaky_relu(const Activation&, double leak, const PairCovariance& covariance) {
  return for_each_pair(covariance, [leak](double u, double v, double c) { return rectified(u, v, c, leak); });
}
PairMoments relu(const Activation& activation, double, const PairCovariance& covariance) {
  return leaky_relu(activation, 0, covariance);
}

PairMoments linear(const Activation&, double, const PairCovariance& covariance) {
  return {covariance.cross, Matrix::Ones(covariance.cross.rows(), covariance.cross.cols())};
}

/// (2/pi) asin(2 c / sqrt((1 + 2u)(1 + 2v))) and (4/pi) / sqrt((1 + 2u)(1 + 2v) - 4 c^2), in a form
/// that loses nothing where u v and c^2 are large and close.
Moments error_function(double u, double v, double cross) {
  const double determinant = std::max(u * v - cross * cross, 0.0);
  const double root = std::sqrt(1 + 2 * u + 2 * v + 4 * determinant);
  return {2 / pi * std::atan2(2 * cross, root), 4 / pi / root};
}

PairMoments erf(const Activation&, double, const PairCovariance& covariance) {
  return for_each_pair(covariance, error_function);
}

PairMoments by_series(const Activation& activation, double leak, const PairCovariance& covariance) {
  return hermite_moments(activation, leak, covariance, series_tolerance);
}

Vector linear_square(const Activation&, double, const Vector& variance) { return variance; }
Vector relu_square(const Activation&, double, const Vector& variance) { return variance / 2; }
Vector leaky_relu_square(const Activation&, double leak, const Vector& variance) {
  return variance * ((1 + leak * leak) / 2);
}
Vector erf_square(const Activation&, double, const Vector& variance) {
  return variance.unaryExpr([](double v) { return error_function(v, v, v).value; });
}
Vector square_by_series(const Activation& activation, double leak, const Vector& variance) {
  return hermite_second_moment(activation, leak, variance, series_tolerance);
}

/// To give a new activation its infinite-width kernels, add a row; `by_series` serves smooth ones.
struct MomentRule {
  std::string_view name;
  PairMoments (*moments)(const Activation&, double leak, const PairCovariance&);
  Vector (*second_moment)(const Activation&, double leak, const Vector& variance);
};

constexpr std::array<MomentRule, 6> table{{
    {"linear", linear, linear_square},
    {"relu", relu, relu_square},
    {"leaky_relu", leaky_relu, leaky_relu_square},
    {"tanh", by_series, square_by_series},
    {"erf", erf, erf_square},
    {"gelu", by_series, square_by_series},
}};

const MomentRule& find_rule(const Activation& activation) {
  if (const auto* row = find_named(std::span<const MomentRule>(table), activation.name)) return *row;
  throw InputError(fmt::format("model.activation: no infinite-width kernel is known for '{}'", activation.name));
}

}  // namespace

PairMoments activation_moments(const Activation& activation, double leaky_slope, const PairCovariance& covariance) {
  return find_rule(activation).moments(activation, leaky_slope, covariance);
}

Vector activation_second_moment(const Activation& activation, double leaky_slope, const Vector& variance) {
  return find_rule(activation).second_moment(activation, leaky_slope, variance);
}

}  // namespace ntksweep
