#include <gtest/gtest.h>

#include <cmath>

#include "../support/linearised.hpp"

namespace ntksweep {
namespace {

using linearised::Case;
using linearised::iterate;
using linearised::test_change;
using linearised::train_residual;

constexpr std::int64_t moments[] = {0, 1, 2, 7, 100, 2000};

/// Below and above the step at which x = 1, x = 1 for the largest mode exactly, and near the critical one.
constexpr double step_sizes[] = {1e-6, 0.1, 0.5, 0.77, 0.999};

void expect_iteration(const Case& c, double eta, double decay, std::int64_t t, double tolerance) {
  const LinearisedModel model(c.eigensystem(), c.residual, decay);
  const auto expected = iterate(c, eta, decay, t);
  const double scale = std::max(c.residual.norm(), expected.residual.norm());
  EXPECT_LT((train_residual(model, eta, t, Dynamics::steps) - expected.residual).norm(), tolerance * scale)
      << eta << " " << t;
  const Matrix change = test_change(model, c.test_kernel, eta, t, Dynamics::steps);
  EXPECT_LT((change - expected.test_change).norm(), tolerance * std::max(scale, expected.test_change.norm()))
      << eta << " " << t;
  const double loss = expected.residual.squaredNorm() / 2 / static_cast<double>(c.residual.cols());
  EXPECT_NEAR(model.train_loss(eta, t, Dynamics::steps), loss, 2 * tolerance * scale * scale) << eta << " " << t;
}

TEST(LinearisedModel, IsTheIterationWithTheKernel) {
  for (const Index outputs : {1, 3}) {
    const Case c = linearised::random_case(outputs, 1);
    for (const double critical : step_sizes) {
      for (const std::int64_t t : moments) expect_iteration(c, critical * c.critical_step(), 0, t, 1e-12);
    }
  }
}

TEST(LinearisedModel, IsTheIterationAboveTheCriticalStepToo) {
  const Case c = linearised::random_case(3, 1);
  for (const double critical : {1.001, 1.3, 4.0}) {
    for (const std::int64_t t : {1, 2, 7, 100}) expect_iteration(c, critical * c.critical_step(), 0, t, 1e-12);
  }
}

TEST(LinearisedModel, IsTheIterationWithWeightDecayToo) {
  for (const Index outputs : {1, 3}) {
    const Case c = linearised::random_case(outputs, 1);
    for (const double decay : {1e-3, 0.1, 2.0}) {
      for (const double x : {0.01, 0.5, 1.0, 1.9, 2.2}) {
        const double eta = x / (c.largest / static_cast<double>(c.residual.cols()) + decay);
        for (const std::int64_t t : {0, 1, 2, 7, 100}) expect_iteration(c, eta, decay, t, 1e-12);
      }
    }
  }
}

TEST(LinearisedModel, OfAnExactDuplicateIsTheIterationAndFinite) {
  Case c = linearised::duplicate_case();
  for (const std::int64_t t : moments) expect_iteration(c, 0.7 * c.critical_step(), 0, t, 1e-12);
  const LinearisedModel model(c.eigensystem(), c.residual);
  const double eta = 0.7 * c.critical_step();
  // The two residuals tend to half their difference, which no function can remove.
  const Matrix end = train_residual(model, eta, 1'000'000'000, Dynamics::steps);
  EXPECT_NEAR(end(0, 0), (c.residual(0, 0) - c.residual(0, 4)) / 2, 1e-8);
  EXPECT_NEAR(end(0, 4), -end(0, 0), 1e-8);
  EXPECT_TRUE(test_change(model, c.test_kernel, eta, 1'000'000'000'000, Dynamics::steps).allFinite());
}

TEST(LinearisedModel, GivesAModeWithoutKernelTheLimitOfItsFormula) {
  Case c = linearised::random_case(1, 1);
  c.kernel.setZero();
  const LinearisedModel model(c.eigensystem(), c.residual);
  EXPECT_EQ(train_residual(model, 0.3, 50, Dynamics::steps), c.residual);
  // t eta / n for every mode: F changes by -(t eta / n) K(x, X) r_0.
  const Matrix expected = -(50 * 0.3 / 8) * c.residual * c.test_kernel.transpose();
  for (const Dynamics dynamics : {Dynamics::steps, Dynamics::flow}) {
    EXPECT_LT((test_change(model, c.test_kernel, 0.3, 50, dynamics) - expected).norm(), 1e-13);
  }
}

TEST(LinearisedModel, LosesNothingInAModeThatHardlyMoves) {
  const double lambda = 1e-9;
  const linearised::Case c{Vector{{lambda, 1}}.asDiagonal(), Matrix{{1, 0}}, Matrix{{1, 1}}, 1};
  const LinearisedModel model(c.eigensystem(), c.residual);
  // eta = 1, n = 2, x = lambda / 2, three steps: (1 - (1 - x)^3) / lambda = (3 - 3 x + x^2) / 2.
  const double x = lambda / 2;
  const auto change = [&](Dynamics dynamics) { return test_change(model, c.test_kernel, 1, 3, dynamics); };
  EXPECT_NEAR(change(Dynamics::steps)(0, 0), -(3 - 3 * x + x * x) / 2, 1e-15);
  EXPECT_NEAR(change(Dynamics::flow)(0, 0), -(3 - 4.5 * x) / 2, 1e-15);
}

TEST(LinearisedModel, OnEveryOutputApartIsTheFullForm) {
  Case apart = linearised::random_case(1, 1);
  apart.residual = cases::random_matrix(3, 8, 7);
  Case full = apart;
  full.kernel = linearised::kronecker_identity(apart.kernel, 3);
  full.test_kernel = linearised::kronecker_identity(apart.test_kernel, 3);
  const LinearisedModel a(apart.eigensystem(), apart.residual);
  const LinearisedModel f(full.eigensystem(), full.residual);
  const double eta = 0.8 * apart.critical_step();
  for (const std::int64_t t : moments) {
    EXPECT_NEAR(a.train_loss(eta, t, Dynamics::steps), f.train_loss(eta, t, Dynamics::steps), 1e-12);
    EXPECT_LT((train_residual(a, eta, t, Dynamics::steps) - train_residual(f, eta, t, Dynamics::steps)).norm(), 1e-12);
    EXPECT_LT((test_change(a, apart.test_kernel, eta, t, Dynamics::steps) -
               test_change(f, full.test_kernel, eta, t, Dynamics::steps))
                  .norm(),
              1e-12);
  }
}

TEST(LinearisedModel, RefusesAKernelOfAnotherSize) {
  const Case c = linearised::random_case(1, 1);
  EXPECT_THROW(LinearisedModel(c.eigensystem(), Matrix::Zero(2, 5)), std::invalid_argument);
}

TEST(LinearisedModel, OverflowsToAnInfiniteLossAndNeverToNaN) {
  const Case c = linearised::random_case(3, 1);
  const LinearisedModel model(c.eigensystem(), c.residual);
  for (const double critical : {1.01, 3.0, 1e9}) {
    const double loss = model.train_loss(critical * c.critical_step(), 1'000'000'000'000, Dynamics::steps);
    EXPECT_EQ(loss, std::numeric_limits<double>::infinity()) << critical;
  }
}

TEST(LinearisedModel, TendsToKernelRegressionAfterVeryManySteps) {
  const Case c = linearised::random_case(3, 1);
  for (const double decay : {0.0, 0.05}) {
    const LinearisedModel model(c.eigensystem(), c.residual, decay);
    const double eta = 0.9 / (c.largest / 8 / 2 + decay / 2);
    const auto limit = kernel_regression(*c.eigensystem(), c.test_kernel, -c.residual, decay);
    const Matrix residual = train_residual(model, eta, 1'000'000'000'000, Dynamics::steps);
    EXPECT_LT((residual - c.residual - limit.train_output).norm(), 1e-9 * c.residual.norm()) << decay;
    const Matrix change = test_change(model, c.test_kernel, eta, 1'000'000'000'000, Dynamics::steps);
    EXPECT_LT((change - limit.test_output).norm(), 1e-8 * limit.test_output.norm()) << decay;
  }
}

TEST(LinearisedModel, DiffersFromTheFlowByTheOrderOfTheStep) {
  const Case c = linearised::random_case(1, 1);
  const LinearisedModel model(c.eigensystem(), c.residual, 0.01);
  const auto difference = [&](std::int64_t steps) {
    const double eta = 0.5 * c.critical_step() / static_cast<double>(steps);
    return (train_residual(model, eta, 10 * steps, Dynamics::steps) -
            train_residual(model, eta, 10 * steps, Dynamics::flow))
        .norm();
  };
  EXPECT_GT(difference(10), 1e-4 * c.residual.norm());
  EXPECT_NEAR(difference(100) / difference(200), 2, 0.05);
}

TEST(LinearisedModel, OfTheFlowSolvesItsDifferentialEquation) {
  const Case c = linearised::random_case(1, 1);
  const LinearisedModel model(c.eigensystem(), c.residual);
  // Half a million Euler steps of a tiny eta end within O(eta) of the flow.
  const double eta = 1e-5 * c.critical_step();
  const auto euler = iterate(c, eta, 0, 100'000);
  const Matrix residual = train_residual(model, eta, 100'000, Dynamics::flow);
  EXPECT_LT((residual - euler.residual).norm(), 1e-5 * c.residual.norm());
  const Matrix change = test_change(model, c.test_kernel, eta, 100'000, Dynamics::flow);
  EXPECT_LT((change - euler.test_change).norm(), 1e-5 * euler.test_change.norm());
}

}  // namespace
}  // namespace ntksweep
