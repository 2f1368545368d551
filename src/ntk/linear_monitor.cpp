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
      seen_{.promised = theory.constants.initial_loss,
            .allowed = std::numeric_limits<double>::infinity(),
            .largest_excess = -std::numeric_limits<double>::infinity()} {}

/// Not above: a loss that is NaN is a violation.
void LinearMonitor::compare(double loss) {
  if (!seen_.covered || std::isinf(seen_.allowed)) return;
  const double slack = relative_slack * seen_.allowed + seen_.slack + theory_.problem.loss_error(loss);
  if (!(loss <= seen_.allowed + slack)) ++seen_.violations;
  // Where rounding alone decides, a ratio says nothing.
  if (seen_.slack <= 1e-3 * seen_.allowed)
    seen_.largest_excess = std::max(seen_.largest_excess, loss / seen_.allowed - 1);
}

void LinearMonitor::see(double our_loss, double our_eta) {
  const double loss = theory_.problem.loss(our_loss);
  const double eta = theory_.problem.step(our_eta);
  compare(loss);
  if (!(eta <= theory_.largest_step * (1 + relative_slack))) seen_.covered = 0;
  const double positive = std::max(loss, 0.0);
  seen_.allowed = contraction(theory_.constants, eta, positive) * positive;
  seen_.slack = theory_.problem.loss_error(loss);
  seen_.promised *= contraction(theory_.constants, eta, seen_.promised);
}

void LinearMonitor::see_end(double our_loss) {
  compare(theory_.problem.loss(our_loss));
  seen_.allowed = std::numeric_limits<double>::infinity();
}

void LinearMonitor::look(const Network<double>& network) {
  if (!seen_.covered) return;
  const LinearConstants& c = theory_.constants;
  const LinearGeometry now = linear_geometry(linear_weights(theory_.problem, network));
  const double tau_error = 1e-12 * now.tau_max;
  const double product_error = 1e-12 * now.product_max;
  if (!(now.tau_min >= tau_slack_below * c.tau_lower - tau_error) ||
      !(now.tau_max <= tau_slack_above * c.tau_upper + tau_error)) {
    ++seen_.tau_violations;
  }
  if (!(now.product_min >= c.margin - product_error) || !(now.product_max <= c.product_bound + product_error)) {
    ++seen_.product_violations;
  }
}

double LinearMonitor::bound() const {
  if (!seen_.covered) return std::numeric_limits<double>::quiet_NaN();
  const LinearProblem& problem = theory_.problem;
  return (seen_.promised + problem.unreachable) * problem.scale * problem.scale / problem.samples;
}

}  // namespace ntksweep
