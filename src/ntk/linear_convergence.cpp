#include "ntksweep/ntk/linear_convergence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ntksweep {

namespace {

/// The coefficients of f, at one loss.
struct Coefficients {
  double a1, a2, a3, a4;
};

Coefficients coefficients(const LinearConstants& c, double loss) {
  const double mu = c.strong_convexity;
  const double kappa = c.condition;
  const double beta = tau_slack_above * c.tau_upper;
  const double p2 = c.product_bound;
  return {.a1 = 2 * tau_slack_below * c.tau_lower * mu,
          .a2 = 2 * std::sqrt(2 * kappa * loss * mu * mu * mu) * p2 + kappa * mu * mu * beta * beta,
          .a3 = 2 * std::sqrt(2 * std::pow(kappa, 3) * loss * std::pow(mu, 5)) * beta * p2,
          .a4 = 2 * kappa * kappa * std::pow(mu, 3) * p2 * p2 * loss};
}

/// The positive root of b_3 x^3 + b_2 x^2 + b_1 x = target, b_i >= 0, target > 0. Convex and increasing:
/// Newton's iteration comes down on it from any point above, and stops when rounding stops it.
double positive_root(double b3, double b2, double b1, double target) {
  double x = std::min({target / b1, std::sqrt(target / b2), std::cbrt(target / b3)});
  for (int iteration = 0; iteration < 100; ++iteration) {
    const double value = ((b3 * x + b2) * x + b1) * x - target;
    const double next = x - value / ((3 * b3 * x + 2 * b2) * x + b1);
    if (!(std::abs(next - x) > 2e-16 * x)) break;
    x = next;
  }
  return x;
}

}  // namespace

double largest_step(const LinearConstants& c) {
  if (!(c.tau_lower > 0)) return 0;
  const auto [a1, a2, a3, a4] = coefficients(c, c.initial_loss);
  const double motion = tau_slack_above * c.initial_loss * c.smoothness;
  const double above = 4 * motion / (tau_slack_above - 1);
  const double below = 8 * motion * c.tau_upper / ((1 - tau_slack_below) * c.tau_lower);
  return positive_root(a4, a3, a2 + std::max(above, below), a1);
}

double contraction(const LinearConstants& constants, double eta, double loss) {
  const auto [a1, a2, a3, a4] = coefficients(constants, loss);
  return 1 + eta * (-a1 + eta * (a2 + eta * (a3 + eta * a4)));
}

double best_step(const LinearConstants& constants, double cap, double loss) {
  const auto [a1, a2, a3, a4] = coefficients(constants, loss);
  if (!(a1 > 0)) return 0;
  return std::min(cap, positive_root(4 * a4, 3 * a3, 2 * a2, a1));
}

double imbalance_change_bound(const LinearConstants& c, double eta) {
  const double gain = 1 - contraction(c, eta, c.initial_loss);
  if (!(gain > 0)) return std::numeric_limits<double>::infinity();
  return 2 * tau_slack_above * c.tau_upper * c.smoothness * c.initial_loss * eta * eta / gain;
}

double local_smoothness(const LinearConstants& c, const LinearGeometry& now, double loss, double eta) {
  const double k = c.smoothness;
  const double slope = std::sqrt(2 * k * loss);
  return k * now.tau_max + slope + 6 * k * k * now.product_max * loss * eta * eta + 3 * k * now.tau_max * slope * eta;
}

double local_contraction(const LinearConstants& c, const LinearGeometry& now, double loss, double eta) {
  const double mu = c.strong_convexity * now.tau_min;
  return 1 - 2 * mu * eta + mu * local_smoothness(c, now, loss, eta) * eta * eta;
}

double local_step(const LinearConstants& c, const LinearGeometry& now, double loss) {
  const double k = c.smoothness;
  const double slope = std::sqrt(2 * k * loss);
  return positive_root(6 * k * k * now.product_max * loss, 3 * k * now.tau_max * slope, k * now.tau_max + slope, 1);
}

double arora_step(const LinearConstants& c) { return std::pow(c.margin, 3) / (6144 * 8 * std::pow(c.target_norm, 4)); }

double du_step(const LinearConstants& c, double target, double t) {
  return std::sqrt(target / c.target_rank) / (100 * (t + 1) * std::pow(c.target_norm, 1.5));
}

}  // namespace ntksweep
