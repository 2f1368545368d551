#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/activation_moments.hpp"

namespace ntksweep {

namespace {

constexpr Index fewest_terms = 64;
constexpr Index most_terms = 4096;
constexpr double most_sd = 10;  // beyond it no smooth activation of the table has converged

/// Coefficients a_k of phi and phi', n x K, sample by sample.
struct Series {
  Matrix values, slopes;
};

/// Nodes of the trapezoidal rule and, at each, the factor of a_k:
/// projection(q, k) = h exp(-z_q^2 / 2) He_k(z_q) / sqrt(2 pi k!).
struct Rule {
  Vector nodes;
  Matrix projection;
};

/// exp(-z^2/4) He_k / sqrt(k!) is bounded and varies at the rate sqrt(k); phi(s z) with poles at
/// +-i pi / 2 s (tanh, the nearest of all) aliases as exp(-pi w / 2 s) at w beyond that: 24 s for
/// 1e-16. The weight that is left, exp(-z^2/4), is below 1e-18 outside +-13.
Rule make_rule(Index terms, double largest_sd) {
  constexpr double edge = 13;
  const double rate = std::sqrt(static_cast<double>(terms)) + 24 * largest_sd + 8;
  const double step = 2 * std::numbers::pi / rate;
  const auto half = static_cast<Index>(std::ceil(edge / step));
  Rule rule{Vector::LinSpaced(2 * half + 1, -static_cast<double>(half), static_cast<double>(half)) * step, {}};
  const Eigen::ArrayXd z = rule.nodes.array();
  const Eigen::ArrayXd weight = (-z.square() / 4).exp();
  rule.projection.resize(z.size(), terms);
  rule.projection.col(0) = weight;
  rule.projection.col(1) = z * weight;
  for (Index k = 1; k + 1 < terms; ++k) {
    const auto order = static_cast<double>(k);
    rule.projection.col(k + 1) =
        (z * rule.projection.col(k).array() - std::sqrt(order) * rule.projection.col(k - 1).array()) /
        std::sqrt(order + 1);
  }
  const double density = step * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  rule.projection = (density * weight).matrix().asDiagonal() * rule.projection;
  return rule;
}

Series expand(const Rule& rule, const Activation& activation, double leak, const Vector& sd) {
  Matrix value = sd * rule.nodes.transpose();
  Matrix slope(value.rows(), value.cols());
  apply(activation, value, slope, leak);
  return {value * rule.projection, slope * rule.projection};
}

/// Share of E[phi^2] that the series does not have.
double missing(const Rule& rule, const Matrix& function, const Matrix& coefficients) {
  const double whole = function.array().square().matrix().row(0).dot(rule.projection.col(0));
  return whole == 0 ? 0 : std::abs(whole - coefficients.squaredNorm()) / whole;
}

/// The rule with as many terms as the largest standard deviation needs.
Rule sufficient_rule(const Activation& activation, double leak, double largest_sd, double tolerance) {
  for (Index terms = fewest_terms; terms <= most_terms && largest_sd <= most_sd; terms *= 2) {
    Rule rule = make_rule(terms, largest_sd);
    Matrix value = largest_sd * rule.nodes.transpose();
    Matrix slope(1, value.cols());
    apply(activation, value, slope, leak);
    const double left =
        std::max(missing(rule, value, value * rule.projection), missing(rule, slope, slope * rule.projection));
    if (left <= tolerance) return rule;
  }
  throw NumericalError(
      fmt::format("infinite-width kernel: {} with pre-activations of standard deviation {:.3g} needs more than {} "
                  "Hermite terms; use a smaller model.sigma_w or inputs of smaller norm",
                  activation.name, largest_sd, most_terms));
}

/// sum_k a_k(i) b_k(j) rho^k for both series, a few rows at a time so that they stay in the cache.
PairMoments combine(const Series& rows, const Series& columns, const Matrix& correlation) {
  constexpr Index strip = 32;
  using Column = Eigen::Array<double, Eigen::Dynamic, 1, 0, strip, 1>;
  PairMoments moments{Matrix(correlation.rows(), correlation.cols()), Matrix(correlation.rows(), correlation.cols())};
  for (Index first = 0; first < correlation.rows(); first += strip) {
    const Index size = std::min(strip, correlation.rows() - first);
    const Matrix a = rows.values.middleRows(first, size);
    const Matrix b = rows.slopes.middleRows(first, size);
    for (Index j = 0; j < correlation.cols(); ++j) {
      const Column rho = correlation.col(j).segment(first, size);
      Column power = Column::Ones(size);
      Column value = Column::Zero(size);
      Column slope = Column::Zero(size);
      for (Index k = 0; k < a.cols(); ++k) {
        value += power * a.col(k).array() * columns.values(j, k);
        slope += power * b.col(k).array() * columns.slopes(j, k);
        power *= rho;
      }
      moments.values.col(j).segment(first, size) = value;
      moments.slopes.col(j).segment(first, size) = slope;
    }
  }
  return moments;
}

double largest(const Vector& values) { return values.size() == 0 ? 0 : values.maxCoeff(); }

}  // namespace

PairMoments hermite_moments(const Activation& activation, double leaky_slope, const PairCovariance& covariance,
                            double tolerance) {
  const Vector row_sd = covariance.rows.cwiseSqrt();
  const Vector column_sd = covariance.columns.cwiseSqrt();
  const Rule rule = sufficient_rule(activation, leaky_slope, std::max(largest(row_sd), largest(column_sd)), tolerance);
  const Matrix scale = (row_sd * column_sd.transpose()).cwiseMax(std::numeric_limits<double>::min());
  const Matrix correlation = covariance.cross.cwiseQuotient(scale).cwiseMax(-1.0).cwiseMin(1.0);
  return combine(expand(rule, activation, leaky_slope, row_sd), expand(rule, activation, leaky_slope, column_sd),
                 correlation);
}

Vector hermite_second_moment(const Activation& activation, double leaky_slope, const Vector& variance,
                             double tolerance) {
  const Vector sd = variance.cwiseSqrt();
  const Rule rule = sufficient_rule(activation, leaky_slope, largest(sd), tolerance);
  return expand(rule, activation, leaky_slope, sd).values.rowwise().squaredNorm();
}

}  // namespace ntksweep
