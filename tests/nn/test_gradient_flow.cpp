#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/decompositions.hpp"
#include "../support/linear_model.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/gradient_flow.hpp"

namespace ntksweep {
namespace {

using linear_model::random_features;

constexpr auto unobserved = [](std::size_t, std::int64_t) {};
constexpr Index samples = 6;

/// exp(-K tau / n) r_0 with the kernel from explicit Jacobians; decay adds n w to every eigenvalue.
struct ExactFlow {
  Matrix f_0, y;
  reference::Eigenpairs pairs;

  ExactFlow(const Network<double>& network, const Dataset& data)
      : f_0(reference::outputs(network, data.x)),
        y(data.y),
        pairs(reference::eigenpairs(reference::kernel(network, data.x))) {}

  double critical_step() const { return 2 * samples / pairs.values.maxCoeff(); }

  /// f(tau) - f_0: with decay toward initialization df/dtau = -K (f - y) / n - w (f - f_0).
  Vector change(double tau, double w) const {
    const Eigen::ArrayXd rate = pairs.values.array() / samples;
    const Eigen::ArrayXd factor =
        rate * -((-tau * (rate + w)).unaryExpr([](double x) { return std::expm1(x); })) / (rate + w);
    const Vector target = pairs.vectors.transpose() * (y - f_0).reshaped();
    return pairs.vectors * (factor * target.array()).matrix();
  }
};

TEST(GradientFlow, OfALinearModelIsTheExponentialOfTheKernelAtEveryScheduledTime) {
  for (const auto* parametrization : {"ntk", "standard", "mup"}) {
    for (const double w : {0.0, 0.05}) {
      auto network = random_features(12, 2, parametrization);
      const auto data = cases::regression(3, samples, 2, 1);
      const ExactFlow exact(network, data);
      const double eta = 0.8 * exact.critical_step();
      const double decay = w / eta;
      const TrainingRules rules{
          .weight_decay = decay, .toward = DecayToward::initial, .max_steps = 60, .tolerance = -1};
      std::int64_t last = -1;
      const auto compare = [&](std::int64_t step) {
        const Vector expected = exact.change(eta * static_cast<double>(step), decay);
        const Vector found = (reference::outputs(network, data.x) - exact.f_0).reshaped();
        EXPECT_LT((found - expected).norm(), 1e-8) << parametrization << ", w " << w << ", step " << step;
        last = step;
      };
      const auto outcome = train_flow(network, data, rules, eta, 1e-10, {0, 1, 2, 7, 30, 60},
                                      [&](std::size_t, std::int64_t step) { compare(step); });
      EXPECT_EQ(last, 30);
      compare(60);
      EXPECT_EQ(outcome.status, Status::max_steps);
      EXPECT_EQ(outcome.steps, 60);
      EXPECT_EQ(outcome.peak_step, 0);
    }
  }
}

Architecture nonlinear() {
  Architecture a;
  a.inputs = 3;
  a.width = 8;
  a.depth = 2;
  a.outputs = 1;
  a.activation = "tanh";
  a.biases = Biases::all;
  return a;
}

/// The error of k times the steps at 1/k of the size is a first-order one: it halves with the size.
TEST(GradientFlow, IsWhereGradientDescentGoesAsItsStepShrinks) {
  auto data = cases::regression(3, samples, 1, 1);
  data.kind = TargetKind::binary;
  data.y = data.y.array().sign();
  const auto initial = initialize(nonlinear(), 2);
  for (const LossKind loss : {LossKind::squared, LossKind::logistic}) {
    TrainingRules rules{.loss = loss,
                        .output_scale = 2,
                        .centre = OutputCentre::initial,
                        .weight_decay = 0.03,
                        .max_steps = 10,
                        .tolerance = -1};
    auto flow = initial;
    train_flow(flow, data, rules, 0.1, 1e-10, {}, unobserved);
    const Vector limit = reference::parameters(flow);
    const auto distance = [&](std::int64_t finer) {
      auto network = initial;
      rules.max_steps = 10 * finer;
      train(network, data, rules, constant_step(0.1 / static_cast<double>(finer)), {}, unobserved);
      return (reference::parameters(network) - limit).norm();
    };
    EXPECT_GT((limit - reference::parameters(initial)).norm(), 0.1);
    EXPECT_NEAR(distance(32) / distance(64), 2, 0.03) << loss_row(loss).name;
    EXPECT_NEAR(distance(256) / distance(512), 2, 0.004) << loss_row(loss).name;
    EXPECT_LT(distance(512), 1e-3);
  }
}

TEST(GradientFlow, TheScheduleDoesNotMoveTheFlow) {
  const auto data = cases::regression(3, samples, 1, 1);
  const TrainingRules rules{.max_steps = 20, .tolerance = -1};
  auto free = initialize(nonlinear(), 2);
  auto stopped = free;
  train_flow(free, data, rules, 0.1, 1e-11, {}, unobserved);
  std::vector<std::int64_t> seen;
  train_flow(stopped, data, rules, 0.1, 1e-11, {0, 1, 2, 3, 4, 5, 11, 20}, [&](std::size_t slot, std::int64_t step) {
    EXPECT_EQ(slot, seen.size());
    seen.push_back(step);
  });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 11}));
  EXPECT_LT((reference::parameters(free) - reference::parameters(stopped)).norm(), 1e-9);
}

/// A scalar model: L = L_0 exp(-2 lambda tau), so the time of convergence is known.
TEST(GradientFlow, ConvergenceIsReportedAtTheStepThatFollowsIt) {
  auto network = random_features(9);
  const auto data = cases::regression(3, 1, 1, 1);
  const double lambda = reference::kernel(network, data.x)(0);
  const double first = reference::loss(network, data.x, data.y);
  const double eta = 0.01 / lambda;
  const TrainingRules rules{.max_steps = 100000, .tolerance = 1e-6 * first};
  const auto outcome = train_flow(network, data, rules, eta, 1e-9, {}, unobserved);
  const double exact = std::log(1e6) / (2 * 0.01);
  EXPECT_EQ(outcome.status, Status::converged);
  EXPECT_GE(static_cast<double>(outcome.steps), exact);
  EXPECT_LE(static_cast<double>(outcome.steps), exact + 3.4 / 0.01);  // one Runge-Kutta step later at most
  EXPECT_EQ(outcome.interpolation_step, outcome.steps);
  EXPECT_LE(outcome.final_loss, rules.tolerance);
}

TEST(GradientFlow, IsStableWhereGradientDescentIsNot) {
  auto network = random_features(12);
  const auto data = cases::regression(3, samples, 1, 1);
  const double eta = 50 * ExactFlow(network, data).critical_step();
  const TrainingRules rules{.max_steps = 400, .tolerance = 1e-12};
  EXPECT_EQ(train_flow(network, data, rules, eta, 1e-8, {}, unobserved).status, Status::converged);
}

TEST(GradientFlow, LeavesFrozenLayersBitForBit) {
  auto network = random_features(12);
  const auto before = network;
  const auto data = cases::regression(3, samples, 1, 1);
  train_flow(network, data, {.weight_decay = 0.1, .max_steps = 5}, 0.1, 1e-8, {}, unobserved);
  EXPECT_EQ(network.weights[0], before.weights[0]);
  EXPECT_EQ(network.biases[0], before.biases[0]);
  EXPECT_NE(network.weights[1], before.weights[1]);
}

TEST(GradientFlow, ANetworkThatIsNotFiniteHasDiverged) {
  auto network = random_features(12);
  network.weights[1](0) = std::nan("");
  const auto data = cases::regression(3, samples, 1, 1);
  const auto outcome = train_flow(network, data, {.max_steps = 5}, 0.1, 1e-8, {}, unobserved);
  EXPECT_EQ(outcome.status, Status::diverged);
  EXPECT_EQ(outcome.steps, 0);
}

TEST(GradientFlow, OfReluNetworksEndsAlsoWhereItSlidesAlongKinksAndLowersTheLoss) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Architecture a;
    a.inputs = 3;
    a.width = seed % 2 == 0 ? 6 : 50;
    auto network = initialize(a, seed);
    const auto data = cases::regression(3, 5, 1, static_cast<unsigned>(seed) + 1);
    const TrainingRules rules{.max_steps = 40, .tolerance = 1e-8};
    double before = std::numeric_limits<double>::infinity();
    const auto outcome = train_flow(network, data, rules, 0.5, 1e-8, {0, 1, 3, 10, 40}, [&](std::size_t, std::int64_t) {
      const double now = squared_loss(predict(network, data.x), data.y);
      EXPECT_LT(now, before) << seed;
      before = now;
    });
    EXPECT_NE(outcome.status, Status::diverged) << seed;
    EXPECT_LT(outcome.final_loss, before) << seed;
  }
}

TEST(GradientFlow, AFlowThatIsTooStiffIsANumericalError) {
  auto network = random_features(12);
  const auto data = cases::regression(3, samples, 1, 1);
  const double eta = 1e6 * ExactFlow(network, data).critical_step();
  EXPECT_THROW(train_flow(network, data, {.max_steps = 1, .tolerance = -1}, eta, 1e-8, {}, unobserved), NumericalError);
}

}  // namespace
}  // namespace ntksweep
