#include "ntksweep/ntk/linear_monitor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ntksweep {

namespace {

constexpr double relative_slack = 1e-12;

}  // namespace

LinearMonitor::LinearMonitor(const LinearTheory& theory)
    : theory_(theory),
      promised_(theory.constants.initial_loss),
      allowed_(std::numeric_limits<double>::infinity()),
      largest_excess_(-std::numeric_limits<double>::infinity()) {}

/// Not above: a loss that is NaN is a violation.
void LinearMonitor::compare(double loss) {
  if (!covered_ || std::isinf(allowed_)) return;
  const double slack = relative_slack * allowed_ + slack_ + theory_.problem.loss_error(loss);
  if (!(loss <= allowed_ + slack)) ++violations_;
  // Where rounding alone decides, a ratio says nothing.
  if (slack_ <= 1e-3 * allowed_) largest_excess_ = std::max(largest_excess_, loss / allowed_ - 1);
}

void LinearMonitor::see(double our_loss, double our_eta) {
  const double loss = theory_.problem.loss(our_loss);
  const double eta = theory_.problem.step(our_eta);
  compare(loss);
  if (!(eta <= theory_.largest_step * (1 + relative_slack))) covered_ = false;
  const double positive = std::max(loss, 0.0);
  allowed_ = contraction(theory_.constants, eta, positive) * positive;
  slack_ = theory_.problem.loss_error(loss);
  promised_ *= contraction(theory_.constants, eta, promised_);
}

void LinearMonitor::see_end(double our_loss) {
  compare(theory_.problem.loss(our_loss));
  allowed_ = std::numeric_limits<double>::infinity();
}

void LinearMonitor::look(const Network<double>& network) {
  if (!covered_) return;
  const LinearConstants& c = theory_.constants;
  const LinearGeometry now = linear_geometry(linear_weights(theory_.problem, network));
  const double tau_error = 1e-12 * now.tau_max;
  const double product_error = 1e-12 * now.product_max;
  if (!(now.tau_min >= tau_slack_below * c.tau_lower - tau_error) ||
      !(now.tau_max <= tau_slack_above * c.tau_upper + tau_error)) {
    ++tau_violations_;
  }
  if (!(now.product_min >= c.margin - product_error) || !(now.product_max <= c.product_bound + product_error)) {
    ++product_violations_;
  }
}

double LinearMonitor::bound() const {
  if (!covered_) return std::numeric_limits<double>::quiet_NaN();
  const LinearProblem& problem = theory_.problem;
  return (promised_ + problem.unreachable) * problem.scale * problem.scale / problem.samples;
}

}  // namespace ntksweep
