#include <gtest/gtest.h>

#include <cmath>

#include "../support/linear_cells.hpp"
#include "ntksweep/ntk/imbalance.hpp"
#include "ntksweep/ntk/linear_monitor.hpp"
#include "ntksweep/ntk/step_rules.hpp"

/// The theorems held against training runs.
namespace ntksweep {
namespace {

using linear_cells::Cell;

struct Trajectory {
  std::int64_t steps = 0;
  double final_loss = 0;
  double largest_drift = 0;  ///< of D, relative to its bound at constant step
  LinearMonitor monitor;
};

StepSize rule_of(const Cell& cell, const std::string& name, const Cell* current = nullptr) {
  StepRuleInput input{.rule = name, .rules = cell.rules, .initial = cell.network, .x = cell.x, .y = cell.y};
  input.current = [current] { return current->network; };
  return make_step_rule(input);
}

/// Until the excess loss is lost in rounding, or `max_steps`; the network is looked at 20 times.
Trajectory train_monitored(Cell cell, const LinearTheory& theory, const StepSize& rule, std::int64_t max_steps) {
  Trajectory run{.monitor = LinearMonitor(theory)};
  const auto start = cell.network.weights;
  const double eta0 = rule(0, cell.loss());
  const double drift_bound = imbalance_change_bound(theory.constants, theory.problem.step(eta0));
  for (;; ++run.steps) {
    run.final_loss = cell.loss();
    const double excess = theory.problem.loss(run.final_loss);
    if (run.steps % std::max<std::int64_t>(max_steps / 20, 1) == 0) {
      run.monitor.look(cell.network);
      const auto& now = cell.network.weights;
      run.largest_drift =
          std::max(run.largest_drift, imbalance_change(now[0], now[1], start[0], start[1]) / drift_bound);
    }
    if (run.steps == max_steps || !(excess > 3 * theory.problem.loss_error(excess))) break;
    const double eta = rule(run.steps, run.final_loss);
    run.monitor.see(run.final_loss, eta);
    cell.step(eta);
  }
  run.monitor.see_end(run.final_loss);
  return run;
}

void expect_no_violation(const Trajectory& run, const std::string& label) {
  EXPECT_TRUE(run.monitor.covered()) << label;
  EXPECT_EQ(run.monitor.violations(), 0) << label << ", excess " << run.monitor.largest_excess();
  EXPECT_EQ(run.monitor.tau_violations(), 0) << label;
  EXPECT_EQ(run.monitor.product_violations(), 0) << label;
  EXPECT_LE(run.final_loss, run.monitor.bound() * (1 + 1e-12)) << label;
}

TEST(LinearBounds, HoldOverRandomCellsAtTheLargestAndAtTheAdaptiveStep) {
  std::int64_t cells = 0, constant_steps = 0, adaptive_steps = 0;
  for (unsigned seed = 0; cells < 220; ++seed) {
    ASSERT_LT(seed, 2000u);
    const Cell cell = linear_cells::random_cell(seed);
    const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
    if (!(theory.largest_step > 0)) continue;
    ++cells;
    const std::int64_t max_steps = cells % 20 == 0 ? 5000 : 400;
    const Trajectory constant = train_monitored(cell, theory, rule_of(cell, "xu2023"), max_steps);
    const Trajectory adaptive = train_monitored(cell, theory, rule_of(cell, "xu2023_adaptive"), max_steps);
    expect_no_violation(constant, "constant, seed " + std::to_string(seed));
    expect_no_violation(adaptive, "adaptive, seed " + std::to_string(seed));
    EXPECT_LE(constant.largest_drift, 1 + 1e-9) << seed;
    constant_steps += constant.steps;
    adaptive_steps += adaptive.steps;
  }
  RecordProperty("constant_steps", std::to_string(constant_steps));
  RecordProperty("adaptive_steps", std::to_string(adaptive_steps));
}

TEST(LinearBounds, TheAdaptiveFactorIsNeverAboveTheConstantOneAtEqualLoss) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Cell cell = linear_cells::random_cell(seed);
    const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
    const LinearConstants& c = theory.constants;
    if (!(theory.largest_step > 0)) continue;
    for (double loss = c.initial_loss; loss > 1e-12 * c.initial_loss; loss *= 0.01) {
      const double best = best_step(c, theory.largest_step, loss);
      EXPECT_LE(contraction(c, best, loss), contraction(c, theory.largest_step, loss)) << seed;
    }
  }
}

/// 20 x 20, orthogonal X. Their figures for one draw: h = 1000: alpha_0 1512, beta_0 3116, eta_max 4.54e-5.
Cell wide_cell(Index width, unsigned seed) {
  Architecture a = linear_cells::linear_architecture(20, width, 20);
  a.parametrization = "standard";
  Cell cell{initialize(a, seed), linear_cells::orthonormal(20, 20, seed), cases::random_matrix(20, 20, seed + 1), {}};
  for (auto& layer : cell.network.layers) layer.scale = 1;
  for (auto& w : cell.network.weights) w = cases::random_matrix(w.rows(), w.cols(), ++seed + 10);
  return cell;
}

TEST(LinearBounds, OnAWideNetworkHaveTheKnownSizeAndReachTheFloor) {
  const Cell cell = wide_cell(1000, 1);
  const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
  EXPECT_NEAR(theory.constants.tau_lower, 1512, 60);
  EXPECT_NEAR(theory.constants.tau_upper, 3116, 200);
  EXPECT_NEAR(theory.largest_step, 4.54e-5, 0.8e-5);
  for (const auto* name : {"xu2023", "xu2023_adaptive"}) {
    const Trajectory run = train_monitored(cell, theory, rule_of(cell, name), 1500);
    expect_no_violation(run, name);
    EXPECT_LT(run.final_loss, 1e-12 * cell.loss()) << name;
    EXPECT_GT(run.steps, 50) << name;
    RecordProperty(name, std::to_string(run.steps));
  }
}

TEST(LinearBounds, AStepAboveTheLargestOneIsNotCovered) {
  const Cell cell = linear_cells::random_cell(2);
  const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
  LinearMonitor monitor(theory);
  monitor.see(cell.loss(), theory.problem.our_step(0.99 * theory.largest_step));
  EXPECT_TRUE(monitor.covered());
  monitor.see(cell.loss(), theory.problem.our_step(1.01 * theory.largest_step));
  EXPECT_FALSE(monitor.covered());
  EXPECT_TRUE(std::isnan(monitor.bound()));
}

TEST(LinearBounds, ALossAboveTheBoundIsCountedAndSoAreWeightsOutside) {
  Cell cell = wide_cell(100, 3);
  const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
  const double eta = theory.problem.our_step(theory.largest_step);
  const double allowed = contraction(theory.constants, theory.largest_step, theory.constants.initial_loss);
  LinearMonitor monitor(theory);
  monitor.see(cell.loss(), eta);
  monitor.see(allowed * cell.loss() * (1 - 1e-9), eta);
  EXPECT_EQ(monitor.violations(), 0);
  LinearMonitor stern(theory);
  stern.see(cell.loss(), eta);
  stern.see(allowed * cell.loss() * (1 + 1e-9), eta);
  EXPECT_EQ(stern.violations(), 1);
  EXPECT_NEAR(stern.largest_excess(), 1e-9, 1e-11);
  stern.look(cell.network);
  EXPECT_EQ(stern.tau_violations() + stern.product_violations(), 0);
  for (auto& w : cell.network.weights) w *= 10;
  stern.look(cell.network);
  EXPECT_EQ(stern.tau_violations(), 1);
  EXPECT_EQ(stern.product_violations(), 1);
}

/// Steps until L / L_0 < 1e-20, `max_steps` at most; every step within its local bound.
std::int64_t local_run(Cell cell, const std::string& name, std::int64_t max_steps) {
  const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
  const StepSize rule = rule_of(cell, name, &cell);
  const double start = cell.loss();
  std::int64_t step = 0;
  for (; cell.loss() > 1e-20 * start && step < max_steps; ++step) {
    const double loss = cell.loss();
    const double excess = theory.problem.loss(loss);
    const double eta = rule(step, loss);
    const LinearGeometry now = linear_geometry(linear_weights(theory.problem, cell.network));
    const double factor = local_contraction(theory.constants, now, excess, theory.problem.step(eta));
    cell.step(eta);
    EXPECT_LE(cell.loss(), factor * loss + theory.problem.loss_error(excess) / cell.samples()) << step;
  }
  return step;
}

/// The rate is that of tau_min / tau_max, near 1 where the width is large beside d and C.
TEST(LocalPl, WideNetworksWithOrthogonalInputsLearnInSomeTwentySteps) {
  const std::int64_t steps = local_run(wide_cell(1000, 5), "local_pl", 100);
  EXPECT_GE(steps, 8);
  EXPECT_LE(steps, 30);
  RecordProperty("steps", std::to_string(steps));
}

TEST(LocalPl, NarrowNetworksStayWithinTheBound) {
  EXPECT_GT(local_run(wide_cell(60, 5), "local_pl", 200), local_run(wide_cell(300, 5), "local_pl", 200));
}

TEST(LocalPl, TheCapSlowsItDownAndKeepsTheBound) { EXPECT_EQ(local_run(wide_cell(300, 5), "local_pl_capped", 40), 40); }

}  // namespace
}  // namespace ntksweep
