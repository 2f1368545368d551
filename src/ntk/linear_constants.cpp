#include <algorithm>
#include <cmath>
#include <limits>

#include "ntksweep/nn/thin_svd.hpp"
#include "ntksweep/ntk/imbalance.hpp"
#include "ntksweep/ntk/linear_convergence.hpp"

namespace ntksweep {

namespace {

/// max(lambda_k, 0) of a list in descending order, zeros left out of it; below `floor` it is rounding.
double positive_at(const Vector& descending, Index k, double floor) {
  return k <= descending.size() && descending(k - 1) > floor ? descending(k - 1) : 0.0;
}

void set_imbalance(LinearConstants& c, const LinearWeights& weights) {
  const Index r = weights.w1.rows();
  const Index outputs = weights.w2.cols();
  const Vector values = imbalance_eigenvalues(weights.w1.transpose(), weights.w2.transpose());
  const Vector negated = -values.reverse();
  const double floor = static_cast<double>(values.size()) * std::numeric_limits<double>::epsilon() *
                       (weights.w1.squaredNorm() + weights.w2.squaredNorm());
  c.imbalance_plus = positive_at(values, 1, floor);
  c.imbalance_minus = positive_at(negated, 1, floor);
  const double last_plus = positive_at(values, r, floor);
  const double last_minus = positive_at(negated, outputs, floor);
  c.delta = last_plus + last_minus;
  c.delta_plus = c.imbalance_plus - last_plus;
  c.delta_minus = c.imbalance_minus - last_minus;
}

/// 1/2 [-drop + sqrt((drop + delta)^2 + 4 p^2)], without its cancellation.
double lower_half(double drop, double delta, double p) {
  const double gain = delta * (delta + 2 * drop) + 4 * p * p;
  return gain > 0 ? 0.5 * gain / (std::hypot(drop + delta, 2 * p) + drop) : 0;
}

double upper_half(double imbalance, double p) { return 0.5 * (imbalance + std::hypot(imbalance, 2 * p)); }

}  // namespace

LinearConstants linear_constants(const LinearProblem& problem, const LinearWeights& initial) {
  const Index r = problem.singular.size();
  const Index outputs = problem.targets.cols();
  const double s_max = problem.singular(0);
  const double s_min = problem.singular(r - 1);
  LinearConstants c{};
  c.smoothness = s_max * s_max;
  c.strong_convexity = s_min * s_min;
  c.condition = c.smoothness / c.strong_convexity;
  set_imbalance(c, initial);
  const Matrix product = initial.w1 * initial.w2;
  const double error = (problem.targets - problem.singular.asDiagonal() * product).norm();
  const Vector y = singular_values(problem.targets);
  const double cut_off = static_cast<double>(std::max(r, outputs)) * std::numeric_limits<double>::epsilon();
  c.target_norm = problem.targets.norm();
  c.target_rank = static_cast<double>((y.array() > cut_off * y(0)).count());
  c.margin = std::max(y(y.size() - 1) - error, 0.0) / s_max;
  c.product_bound = (c.target_norm + error) / s_min;
  // lambda_C(W_2^T W_2) hangs on the C-th singular value of W, lambda_r(W_1 W_1^T) on the r-th.
  c.tau_lower = lower_half(c.delta_plus, c.delta, outputs <= r ? c.margin : 0) +
                lower_half(c.delta_minus, c.delta, r <= outputs ? c.margin : 0);
  c.tau_upper = upper_half(c.imbalance_plus, c.product_bound) + upper_half(c.imbalance_minus, c.product_bound);
  c.initial_loss = 0.5 * error * error;
  return c;
}

}  // namespace ntksweep
