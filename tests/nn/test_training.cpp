#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "../support/linear_model.hpp"
#include "../support/plain_training.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

using linear_model::ClosedForm;
using linear_model::random_features;

constexpr auto unobserved = [](std::size_t, std::int64_t) {};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t never = -1;

Network<double> trained(Network<double> network, const Dataset& data, const plain::Limits& limits) {
  plain::train<double>(network, data, limits, {}, unobserved);
  return network;
}

TrainingOutcome outcome(Network<double> network, const Dataset& data, const plain::Limits& limits) {
  return plain::train<double>(network, data, limits, {}, unobserved);
}

TEST(Training, ALossThatIsNotFiniteIsDivergenceAtOnce) {
  for (const double bad : {nan, std::numeric_limits<double>::infinity()}) {
    auto network = random_features(9);
    network.weights[1](0) = bad;
    const auto result = outcome(network, cases::regression(3, 4, 1, 1), {0.1, 10, 1e-3});
    EXPECT_EQ(result.status, Status::diverged);
    EXPECT_EQ(result.steps, 0);
    EXPECT_EQ(result.interpolation_step, never);
  }
}

TEST(Training, SinglePrecisionOverflowIsDivergence) {
  auto network = cast<float>(random_features(9));
  const auto data = cases::regression(3, 4, 1, 1);
  const auto result = plain::train<float>(network, data, {1e30, 10, 0}, {}, unobserved);
  EXPECT_EQ(result.status, Status::diverged);
}

/// Lewkowycz et al. 2020: with x = 1, y = 0 all of 20 converge at 3.9 / lambda and none at 4.1 / lambda.
int converged_catapults(double eta_lambda, double* largest_peak = nullptr) {
  Architecture a;
  a.activation = "linear";
  a.sigma_w = 1;
  a.width = 512;
  Dataset data;
  data.x = Matrix::Ones(1, 1);
  data.y = data.y_clean = Matrix::Zero(1, 1);
  int converged = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto network = initialize(a, seed);
    const double lambda = (network.weights[0].squaredNorm() + network.weights[1].squaredNorm()) / 512;
    const double first = reference::loss(network, data.x, data.y);
    double peak = 0;
    std::vector<std::int64_t> every(2000);
    for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<std::int64_t>(i);
    const auto result = plain::train<double>(
        network, data, {eta_lambda / lambda, 2000, 1e-12}, every,
        [&](std::size_t, std::int64_t) { peak = std::max(peak, reference::loss(network, data.x, data.y) / first); });
    converged += result.status == Status::converged;
    if (largest_peak != nullptr) *largest_peak = std::max(*largest_peak, peak);
  }
  return converged;
}

TEST(Training, ACatapultRisesFarAboveItsInitialLossAndStillConverges) {
  double peak = 0;
  EXPECT_EQ(converged_catapults(3.9, &peak), 20);
  EXPECT_GT(peak, 100);
}

/// Every step is scheduled, so the observer sees what the outcome must have seen, but for the last.
TEST(Training, TheOutcomeKnowsTheFirstTheLastAndTheLargestLossWithItsStep) {
  Architecture a;
  a.activation = "linear";
  a.sigma_w = 1;
  a.width = 512;
  Dataset data;
  data.x = Matrix::Ones(1, 1);
  data.y = data.y_clean = Matrix::Zero(1, 1);
  auto network = initialize(a, 3);
  const double lambda = (network.weights[0].squaredNorm() + network.weights[1].squaredNorm()) / 512;
  std::vector<std::int64_t> every(2000);
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<std::int64_t>(i);
  std::vector<double> losses;
  const auto result = plain::train<double>(
      network, data, {3.5 / lambda, 2000, 1e-12}, every,
      [&](std::size_t, std::int64_t) { losses.push_back(reference::loss(network, data.x, data.y)); });
  losses.push_back(reference::loss(network, data.x, data.y));
  const auto peak = std::ranges::max_element(losses);
  EXPECT_GT(result.peak_step, 0);
  EXPECT_EQ(result.peak_step, peak - losses.begin());
  EXPECT_NEAR(result.peak_loss, *peak, 1e-12 * *peak);
  EXPECT_NEAR(result.initial_loss, losses.front(), 1e-12 * losses.front());
  EXPECT_NEAR(result.final_loss, losses.back(), 1e-12 * losses.front());
  EXPECT_EQ(result.steps + 1, std::ssize(losses));
}

TEST(Training, ALossThatIsNotANumberIsThePeak) {
  auto network = random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  const auto rule = [](std::int64_t step, double) { return step == 4 ? nan : 0.01; };
  const auto result = train<double>(network, data, {.max_steps = 10, .tolerance = -1}, rule, {}, unobserved);
  EXPECT_EQ(result.status, Status::diverged);
  EXPECT_EQ(result.peak_step, 5);
  EXPECT_TRUE(std::isnan(result.peak_loss));
  EXPECT_TRUE(std::isnan(result.final_loss));
  EXPECT_TRUE(std::isfinite(result.initial_loss));
}

TEST(Training, TheStepSizeIsAskedOnceForEachStepWithTheLossThere) {
  auto network = random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  const auto initial = network;
  std::vector<std::int64_t> asked;
  const auto rule = [&](std::int64_t step, double loss) {
    EXPECT_NEAR(loss, reference::loss(network, data.x, data.y), 1e-13);
    asked.push_back(step);
    return step == 0 ? 0.1 : 0.0;
  };
  train<double>(network, data, {.max_steps = 3, .tolerance = -1, .step_needs = StepNeeds::network}, rule, {},
                unobserved);
  EXPECT_EQ(asked, (std::vector<std::int64_t>{0, 1, 2}));
  const auto one_step = trained(initial, data, {0.1, 1, -1});
  EXPECT_EQ(network.weights[1], one_step.weights[1]);  // steps of size 0 stay
}

TEST(Training, BeyondTheCatapultLimitNothingConverges) { EXPECT_EQ(converged_catapults(4.1), 0); }

TEST(Training, StopsAtTheLimitWhenTheToleranceIsNotReached) {
  const auto result = outcome(random_features(9), cases::regression(3, 4, 1, 1), {0.01, 7, 1e-20});
  EXPECT_EQ(result.status, Status::max_steps);
  EXPECT_EQ(result.steps, 7);
  EXPECT_EQ(result.interpolation_step, never);
}

TEST(Training, WithoutStepsLeavesTheNetworkAsItIs) {
  const auto network = random_features(9);
  auto copy = network;
  const auto data = cases::regression(3, 4, 1, 1);
  const auto result = plain::train<double>(copy, data, {0.01, 0, 1e-20}, {}, unobserved);
  EXPECT_EQ(result.status, Status::max_steps);
  EXPECT_EQ(result.steps, 0);
  EXPECT_EQ(copy.weights[1], network.weights[1]);
}

TEST(Training, TheObserverSeesTheScheduledStepsBeforeTheEndInOrder) {
  auto network = random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  const auto initial = network;
  const ClosedForm exact(network, data);
  const double eta = 0.5 * exact.critical_step();
  std::vector<std::pair<std::size_t, std::int64_t>> seen;
  plain::train<double>(network, data, {eta, 20, 0}, {0, 1, 4, 20}, [&](std::size_t slot, std::int64_t step) {
    seen.emplace_back(slot, step);
    const Matrix residual = reference::outputs(network, data.x) - data.y;
    EXPECT_LT((residual.reshaped() - exact.residual(eta, step)).norm(), 1e-12);
  });
  EXPECT_EQ(seen, (std::vector<std::pair<std::size_t, std::int64_t>>{{0, 0}, {1, 1}, {2, 4}}));
}

TEST(Training, ACellThatEndsEarlyReportsNoLaterSteps) {
  auto network = random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  int seen = 0;
  const auto result =
      plain::train<double>(network, data, {0.1, 1000, 1e9}, {0, 1, 1000}, [&](std::size_t, std::int64_t) { ++seen; });
  EXPECT_EQ(result.status, Status::converged);
  EXPECT_EQ(result.steps, 0);
  EXPECT_EQ(seen, 0);
}

TEST(Training, GivesTheSameBitsEveryTime) {
  Architecture a;
  a.inputs = 3;
  a.width = 33;
  a.depth = 2;
  a.biases = Biases::all;
  const auto data = cases::regression(3, 17, 1, 1);
  const plain::Limits limits{0.1, 50, 0};
  const auto first = trained(initialize(a, 1), data, limits);
  const auto second = trained(initialize(a, 1), data, limits);
  for (std::size_t l = 0; l < 3; ++l) EXPECT_EQ(first.weights[l], second.weights[l]);
}

TEST(Training, SinglePrecisionEndsNearDoublePrecision) {
  Architecture a;
  a.inputs = 3;
  a.width = 64;
  a.activation = "tanh";
  const auto data = cases::regression(3, 6, 1, 1);
  auto single = cast<float>(initialize(a, 1));
  auto twice = cast<double>(single);
  const auto result_single = plain::train<float>(single, data, {0.5, 300, 0}, {}, unobserved);
  const auto result_twice = plain::train<double>(twice, data, {0.5, 300, 0}, {}, unobserved);
  EXPECT_EQ(result_single.status, result_twice.status);
  EXPECT_LT((single.weights[0].cast<double>() - twice.weights[0]).norm(), 1e-4 * twice.weights[0].norm());
}

}  // namespace
}  // namespace ntksweep
