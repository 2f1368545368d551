#include <gtest/gtest.h>

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

Network<double> trained(Network<double> network, const Dataset& data, const plain::Limits& limits) {
  plain::train<double>(network, data, limits, {}, unobserved);
  return network;
}

TrainingOutcome outcome(Network<double> network, const Dataset& data, const plain::Limits& limits) {
  return plain::train<double>(network, data, limits, {}, unobserved);
}

TEST(LinearTraining, OfTheOutputLayerIsTheClosedFormAtEveryStep) {
  for (const auto* parametrization : {"ntk", "standard", "mup"}) {
    for (const Index outputs : {1, 3}) {
      const auto network = random_features(9, outputs, parametrization);
      const auto data = cases::regression(3, 6, outputs, 1);
      const ClosedForm exact(network, data);
      const double scale = exact.residual(0, 0).norm();
      for (const double critical : {0.1, 0.5, 0.9, 0.9995}) {
        const double eta = critical * exact.critical_step();
        for (const std::int64_t t : {0, 1, 2, 10, 100, 3000}) {
          const auto end = trained(network, data, {eta, t, 0});
          const Matrix residual = reference::outputs(end, data.x) - data.y;
          EXPECT_LT((residual.reshaped() - exact.residual(eta, t)).norm(), 1e-12 * scale)
              << parametrization << ", C " << outputs << ", " << critical << " critical, step " << t;
        }
      }
    }
  }
}

TEST(LinearTraining, OfLinearRegressionIsTheClosedFormToo) {
  Architecture flat;
  flat.inputs = 3;
  flat.depth = 0;
  flat.outputs = 2;
  const auto network = initialize(flat, 1);
  const auto data = cases::regression(3, 6, 2, 1);
  const ClosedForm exact(network, data);
  const double eta = 0.7 * exact.critical_step();
  const Matrix residual = reference::outputs(trained(network, data, {eta, 50, 0}), data.x) - data.y;
  EXPECT_LT((residual.reshaped() - exact.residual(eta, 50)).norm(), 1e-12);
}

TEST(LinearTraining, JustBelowTheCriticalStepContracts) {
  const auto network = random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  const ClosedForm exact(network, data);
  const double eta = 0.9995 * exact.critical_step();
  const auto result = outcome(network, data, {eta, 30000, 1e-8});
  EXPECT_EQ(result.status, Status::converged);
  EXPECT_LE(exact.loss(eta, result.steps), 1e-8 * (1 + 1e-6));
  EXPECT_GT(exact.loss(eta, result.steps - 1), 1e-8 * (1 - 1e-6));
}

TEST(LinearTraining, JustAboveTheCriticalStepDivergesAtTheStepOfTheClosedForm) {
  for (const double critical : {1.0005, 1.1, 3.0}) {
    const auto network = random_features(9);
    const auto data = cases::regression(3, 4, 1, 1);
    const ClosedForm exact(network, data);
    const double eta = critical * exact.critical_step();
    const double bound = 1e12 * std::max(exact.loss(eta, 0), data.y.squaredNorm() / 8);
    std::int64_t expected = 0;
    while (exact.loss(eta, expected) <= bound) ++expected;
    const auto result = outcome(network, data, {eta, 30000, 0});
    EXPECT_EQ(result.status, Status::diverged);
    EXPECT_EQ(result.steps, expected) << critical;
    EXPECT_LT(result.steps, 30000);
  }
}

TEST(LinearTraining, DivergenceIsMeasuredAgainstTheTargetsWhereTheInitialLossIsTiny) {
  auto network = random_features(9);
  auto data = cases::regression(3, 4, 1, 1);
  const Matrix f = reference::outputs(network, data.x);
  data.y = f;
  data.y(0) += 1e-9;
  const ClosedForm exact(network, data);
  const double eta = 1.2 * exact.critical_step();
  const double bound = 1e12 * data.y.squaredNorm() / 8;
  std::int64_t expected = 0;
  while (exact.loss(eta, expected) <= bound) ++expected;
  // Rounding of f is not small beside a residual of 1e-9: allow the step to slip by a little.
  EXPECT_NEAR(static_cast<double>(outcome(network, data, {eta, 30000, 0}).steps), static_cast<double>(expected), 2);
}

TEST(LinearTraining, InterpolationOfARegressionIsTheFirstLossWithinTheTolerance) {
  const auto network = random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  const ClosedForm exact(network, data);
  const double eta = 0.5 * exact.critical_step();
  std::int64_t expected = 0;
  while (exact.loss(eta, expected) > 1e-3) ++expected;
  ASSERT_GT(expected, 5);
  const auto result = outcome(network, data, {eta, 100000, 1e-3});
  EXPECT_EQ(result.status, Status::converged);
  EXPECT_EQ(result.steps, expected);
  EXPECT_EQ(result.interpolation_step, expected);
}

std::pair<Dataset, std::int64_t> classification(TargetKind kind, const Network<double>& network, double eta_critical) {
  const Index outputs = network.layers.back().fan_out;
  Dataset data = cases::regression(3, 16, outputs, 5);
  const Matrix raw = data.y;
  if (kind == TargetKind::binary) {
    data.y = (raw.array() > 0).select(Matrix::Ones(1, 16), -Matrix::Ones(1, 16));
  } else {
    data.y.setZero();
    for (Index i = 0; i < 16; ++i) {
      Index label = 0;
      raw.col(i).maxCoeff(&label);
      data.y(label, i) = 1;
    }
  }
  data.kind = kind;
  const ClosedForm exact(network, data);
  for (std::int64_t t = 0;; ++t) {
    const Vector f = exact.residual(eta_critical * exact.critical_step(), t) + data.y.reshaped();
    bool right = true;
    for (Index i = 0; i < 16; ++i) {
      const auto of_sample = f.segment(i * outputs, outputs);
      Index best = 0, label = 0;
      of_sample.maxCoeff(&best);
      data.y.col(i).maxCoeff(&label);
      right = right && (kind == TargetKind::binary ? of_sample(0) * data.y(0, i) > 0 : best == label);
    }
    if (right) return {data, t};
  }
}

TEST(LinearTraining, InterpolationOfAClassificationIsTheFirstStepWithoutTrainingErrors) {
  for (const auto& [kind, outputs] : {std::pair{TargetKind::binary, 1}, std::pair{TargetKind::multiclass, 3}}) {
    const auto network = random_features(60, outputs);
    const auto [data, expected] = classification(kind, network, 0.2);
    ASSERT_GT(expected, 3);
    const double eta = 0.2 * ClosedForm(network, data).critical_step();
    const auto result = outcome(network, data, {eta, expected + 50, 1e-20});
    EXPECT_EQ(result.interpolation_step, expected);
    EXPECT_EQ(result.steps, expected + 50);  // training goes on
  }
}

}  // namespace
}  // namespace ntksweep
