#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/linear_model.hpp"
#include "../support/linearised.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {
namespace {

using Ending = LinearisedModel::Ending;

/// The end by looking at every step.
Ending search(const LinearisedModel& model, double eta, double tolerance, double bound, std::int64_t max_steps) {
  for (std::int64_t t = 0;; ++t) {
    const double loss = model.train_loss(eta, t, Dynamics::steps);
    if (loss > bound) return {Status::diverged, t};
    if (loss <= tolerance) return {Status::converged, t};
    if (t == max_steps) return {Status::max_steps, t};
  }
}

TEST(LinearisedEnd, IsTheFirstStepThatEndsTraining) {
  for (const Index outputs : {1, 3}) {
    const auto c = linearised::random_case(outputs, 1);
    for (const double decay : {0.0, 0.01}) {
      const LinearisedModel model(c.eigensystem(), c.residual, decay);
      const double initial = model.train_loss(0, 0, Dynamics::steps);
      for (const double critical : {0.01, 0.3, 0.5, 0.98, 0.9999, 1.0001, 1.01, 1.3, 5.0}) {
        for (const double tolerance : {0.0, 1e-9, 1e-2, 0.3, 0.97}) {
          for (const std::int64_t max_steps : {0, 1, 2, 50, 3000}) {
            const double eta = critical * c.critical_step();
            const auto found = model.predicted_end(eta, tolerance * initial, 1e6 * initial, max_steps);
            if (decay != 0 && critical > 0.5) {
              EXPECT_FALSE(found.has_value());
            } else if (found) {
              const Ending expected = search(model, eta, tolerance * initial, 1e6 * initial, max_steps);
              EXPECT_EQ(found->status, expected.status) << critical << " " << tolerance << " " << max_steps;
              EXPECT_EQ(found->step, expected.step) << critical << " " << tolerance << " " << max_steps;
            } else {
              EXPECT_GE(critical, 0.5) << "a prediction is missing";
            }
          }
        }
      }
    }
  }
}

/// A mode that grows can hide below one that still falls: the loss dips below the tolerance first.
TEST(LinearisedEnd, SeesALossThatConvergesBeforeItGrows) {
  linearised::Case c = linearised::random_case(1, 1);
  const auto system = c.eigensystem();
  c.residual = (1e-12 * system->vectors.col(7) + system->vectors.col(6)).transpose();
  const LinearisedModel model(system, c.residual);
  const double eta = 1.001 * c.critical_step();
  const auto found = model.predicted_end(eta, 1e-10, 1e6, 1'000'000'000'000);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->status, Status::converged);
  EXPECT_EQ(found->step, search(model, eta, 1e-10, 1e6, 100000).step);
  EXPECT_EQ(model.predicted_end(eta, 0, 1e6, 1'000'000'000'000)->status, Status::diverged);
}

/// (1 - x)^t jumps from 1 to 0 at the first step, where its logarithm is infinite.
TEST(LinearisedEnd, IsFoundWhereAModeVanishesInOneStepAndAnotherGrows) {
  linearised::Case c{Vector{{2, 6}}.asDiagonal(), Matrix::Zero(1, 2), Matrix{{1, 1e-6}}, 6};
  const LinearisedModel model(c.eigensystem(), c.residual);
  EXPECT_EQ(model.train_loss(1, 1, Dynamics::steps), 1e-12);
  const auto found = model.predicted_end(1, 1e-11, 1e6, 1000);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->status, Status::converged);
  EXPECT_EQ(found->step, 1);
}

TEST(LinearisedEnd, IsFoundAfterAnyNumberOfSteps) {
  linearised::Case c = linearised::random_case(1, 1);
  const auto system = c.eigensystem();
  c.residual = system->vectors.col(7).transpose();
  const LinearisedModel model(system, c.residual);
  // p = 1 - 2e-9: half the logarithm of the loss ratio over log p.
  const double eta = 1e-9 * c.critical_step();
  const double initial = model.train_loss(0, 0, Dynamics::steps);
  const auto found = model.predicted_end(eta, 1e-8 * initial, 1e6, 1'000'000'000'000);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->status, Status::converged);
  EXPECT_NEAR(static_cast<double>(found->step), std::log(1e-4) / std::log1p(-2e-9), 1e-6 * 5e9);
}

TEST(LinearisedEnd, OfALossThatIsInfiniteIsDivergence) {
  const auto c = linearised::random_case(1, 1);
  const LinearisedModel model(c.eigensystem(), c.residual);
  const auto found = model.predicted_end(3 * c.critical_step(), 0, std::numeric_limits<double>::infinity(), 1'000'000);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->status, Status::diverged);
  EXPECT_TRUE(std::isfinite(model.train_loss(3 * c.critical_step(), found->step - 1, Dynamics::steps)));
}

/// A real network whose output layer alone is trained, on the kernel per output and the full one.
struct Real {
  Network<double> network;
  Dataset data;
  Matrix initial_test;

  Real(Index outputs, const std::string& parametrization)
      : network(linear_model::random_features(9, outputs, parametrization)),
        data(cases::regression(3, 6, outputs, 1)),
        initial_test(predict(network, data.x_test)) {}

  LinearisedModel model(KernelKind kind) const {
    return {std::make_shared<const Eigensystem>(symmetric_eigensystem(empirical_ntk(network, data.x, kind))),
            predict(network, data.x) - data.y};
  }
};

TEST(LinearisedEnd, OfANetworkWithATrainedOutputLayerAloneIsGradientDescent) {
  for (const auto* parametrization : {"ntk", "standard", "mup"}) {
    for (const Index outputs : {1, 3}) {
      Real real(outputs, parametrization);
      const double critical = 12 / full_kernel_lambda_max(real.network, real.data.x);
      for (const double fraction : {0.2, 0.9995, 1.0005}) {
        auto trained = real.network;
        GradientDescent<double> descent(trained, real.data.x, real.data.y);
        for (int t = 0; t < 200; ++t) {
          descent.evaluate();
          descent.step(fraction * critical);
        }
        for (const KernelKind kind : {KernelKind::full, KernelKind::trace}) {
          const LinearisedModel model = real.model(kind);
          const Matrix residual = predict(trained, real.data.x) - real.data.y;
          const Matrix found = linearised::train_residual(model, fraction * critical, 200, Dynamics::steps);
          EXPECT_LT((found - residual).norm(), 1e-12 * (residual.norm() + real.data.y.norm()));
          const Matrix test_kernel = empirical_ntk(real.network, real.data.x_test, real.data.x, kind);
          const Matrix test = real.initial_test +
                              linearised::test_change(model, test_kernel, fraction * critical, 200, Dynamics::steps);
          const Matrix expected = predict(trained, real.data.x_test);
          EXPECT_LT((test - expected).norm(), 1e-12 * (expected.norm() + real.data.y.norm())) << parametrization;
        }
      }
    }
  }
}

/// The end of gradient descent by its own losses.
Ending descend(Network<double> network, const Dataset& data, double eta, double tolerance, double bound) {
  GradientDescent<double> descent(network, data.x, data.y);
  for (std::int64_t t = 0; t < 30000; ++t) {
    const double loss = descent.evaluate();
    if (loss > bound) return {Status::diverged, t};
    if (loss <= tolerance) return {Status::converged, t};
    descent.step(eta);
  }
  return {Status::max_steps, 30000};
}

TEST(LinearisedEnd, OfARealNetworkIsItsOwnOnBothSidesOfTheCriticalStep) {
  const auto network = linear_model::random_features(9);
  const auto data = cases::regression(3, 4, 1, 1);
  const LinearisedModel model(
      std::make_shared<const Eigensystem>(symmetric_eigensystem(empirical_ntk(network, data.x, KernelKind::full))),
      predict(network, data.x) - data.y);
  const double critical = 8 / full_kernel_lambda_max(network, data.x);
  const double bound = 1e12 * std::max(model.train_loss(0, 0, Dynamics::steps), data.y.squaredNorm() / 8);
  for (const auto& [fraction, tolerance, status] :
       {std::tuple{0.9995, 1e-8, Status::converged}, {1.0005, 0.0, Status::diverged}}) {
    const Ending expected = descend(network, data, fraction * critical, tolerance, bound);
    const auto found = model.predicted_end(fraction * critical, tolerance, bound, 30000);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(expected.status, status);
    EXPECT_EQ(found->status, status);
    EXPECT_EQ(found->step, expected.step);
  }
}

}  // namespace
}  // namespace ntksweep
