#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/nn/gradient_descent.hpp"

namespace ntksweep {
namespace {

/// A network whose hidden units all stay clear of a kink under the finite differences below.
Network<double> away_from_kinks(const Architecture& architecture, const Matrix& x) {
  for (std::uint64_t seed = 0;; ++seed) {
    auto network = initialize(architecture, seed);
    if (reference::smallest_preactivation(network, x) > 1e-3) return network;
  }
}

/// What one step of size 1 takes off the parameters: c grad L.
Vector step_direction(Network<double> network, const Matrix& x, const Matrix& y) {
  const Vector before = reference::parameters(network);
  GradientDescent<double> descent(network, x, y);
  descent.evaluate();
  descent.step(1.0);
  return before - reference::parameters(network);
}

/// c dL/dtheta by central differences of the loss; the production code takes no part in it.
Vector finite_differences(const Network<double>& network, const Matrix& x, const Matrix& y) {
  const double h = 1e-5;
  const Vector theta = reference::parameters(network);
  Vector gradient(theta.size());
  for (Index p = 0; p < theta.size(); ++p) {
    Vector moved = theta;
    moved(p) = theta(p) + h;
    const double above = reference::loss(reference::with_parameters(network, moved), x, y);
    moved(p) = theta(p) - h;
    const double below = reference::loss(reference::with_parameters(network, moved), x, y);
    gradient(p) = (above - below) / (2 * h);
  }
  return gradient.cwiseProduct(reference::rates(network));
}

TEST(GradientDescent, TheLossIsHalfTheMeanSquareOfTheResidual) {
  for (const auto& architecture : cases::every_architecture()) {
    const auto data = cases::regression(3, 4, architecture.outputs, 1);
    auto network = initialize(architecture, 2);
    GradientDescent<double> descent(network, data.x, data.y);
    const double expected = reference::loss(network, data.x, data.y);
    EXPECT_NEAR(descent.evaluate(), expected, 1e-13 * expected) << cases::describe(architecture);
    EXPECT_LT((descent.output() - reference::outputs(network, data.x)).norm(), 1e-12);
  }
}

TEST(GradientDescent, AStepFollowsFiniteDifferencesOfTheLoss) {
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto data = cases::regression(3, 4, architecture.outputs, 1);
      const auto network = away_from_kinks(architecture, data.x);
      const Vector expected = finite_differences(network, data.x, data.y);
      const Vector direction = step_direction(network, data.x, data.y);
      ASSERT_LT((direction - expected).norm(), 1e-8 * expected.norm()) << cases::describe(architecture);
    }
  }
}

TEST(GradientDescent, AStepIsTheJacobianTimesTheResidual) {
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto data = cases::regression(3, 4, architecture.outputs, 1);
      const auto network = initialize(architecture, 7);
      const Matrix residual = reference::outputs(network, data.x) - data.y;
      const Vector gradient = reference::jacobian(network, data.x).transpose() * residual.reshaped() / 4.0;
      const Vector expected = gradient.cwiseProduct(reference::rates(network));
      const Vector direction = step_direction(network, data.x, data.y);
      ASSERT_LT((direction - expected).norm(), 1e-13 * (1 + expected.norm())) << cases::describe(architecture);
    }
  }
}

TEST(GradientDescent, OutputTrainingLeavesTheLayersBelowBitForBit) {
  for (auto architecture : cases::every_architecture()) {
    architecture.trained = Trained::output;
    const auto data = cases::regression(3, 4, architecture.outputs, 1);
    auto network = initialize(architecture, 2);
    const auto before = network;
    GradientDescent<double> descent(network, data.x, data.y);
    for (int t = 0; t < 3; ++t) {
      descent.evaluate();
      descent.step(0.01);
    }
    for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
      EXPECT_EQ(network.weights[l], before.weights[l]);
      EXPECT_EQ(network.biases[l], before.biases[l]);
    }
    EXPECT_NE(network.weights.back(), before.weights.back());
    EXPECT_LT((descent.output() - reference::outputs(network, data.x)).norm(), 1.0);
  }
}

TEST(GradientDescent, SinglePrecisionFollowsDoublePrecision) {
  for (const auto& architecture : cases::every_architecture()) {
    const auto data = cases::regression(3, 4, architecture.outputs, 1);
    auto single = cast<float>(away_from_kinks(architecture, data.x));
    auto twice = cast<double>(single);
    const MatrixOf<float> x = data.x.cast<float>(), y = data.y.cast<float>();
    const Matrix x_twice = x.cast<double>(), y_twice = y.cast<double>();
    GradientDescent<float> descent_single(single, x, y);
    GradientDescent<double> descent_twice(twice, x_twice, y_twice);
    for (int t = 0; t < 10; ++t) {
      const double loss = descent_twice.evaluate();
      EXPECT_NEAR(descent_single.evaluate(), loss, 1e-4 * (1 + loss)) << cases::describe(architecture);
      descent_single.step(0.002);
      descent_twice.step(0.002);
    }
  }
}

/// sqrt(m) f_mup is the ntk network, so the output layer's scales over sqrt(m), rates 1, at eta m.
TEST(GradientDescent, MupIsNtkWithTheOutputOverRootWidthAtWidthTimesTheStep) {
  for (auto architecture : cases::every_architecture()) {
    if (architecture.parametrization != "mup" || architecture.depth == 0) continue;
    const auto data = cases::regression(3, 4, architecture.outputs, 1);
    auto mup = initialize(architecture, 2);
    architecture.parametrization = "ntk";
    auto ntk = initialize(architecture, 2);
    const double m = static_cast<double>(architecture.width);
    ntk.layers.back().scale /= std::sqrt(m);
    ntk.layers.back().bias_scale /= std::sqrt(m);
    GradientDescent<double> descent_mup(mup, data.x, data.y);
    GradientDescent<double> descent_ntk(ntk, data.x, data.y);
    double first = 0;
    for (int t = 0; t < 50; ++t) {
      const double loss = descent_mup.evaluate();
      if (t == 0) first = loss;
      EXPECT_NEAR(loss, descent_ntk.evaluate(), 1e-11 * first) << cases::describe(architecture) << ", step " << t;
      descent_mup.step(0.02);
      descent_ntk.step(0.02 * m);
    }
  }
}

/// f = v.u / sqrt(m) on x = 1, y = 0 (Lewkowycz et al. 2020): two scalars obey
/// f' = f (1 - eta lam + eta^2 f^2 / m), lam' = lam + (eta f^2 / m)(eta lam - 4).
TEST(GradientDescent, ALinearNetworkOnOneSampleObeysTheCatapultScalars) {
  Architecture architecture;
  architecture.activation = "linear";
  architecture.sigma_w = 1;
  for (const Index width : {8, 512, 4096}) {
    for (const double eta_lambda : {0.5, 1.9, 2.5, 3.5}) {
      architecture.width = width;
      auto network = initialize(architecture, 3);
      const double m = static_cast<double>(width);
      const auto lambda_now = [&] { return (network.weights[0].squaredNorm() + network.weights[1].squaredNorm()) / m; };
      const Matrix x = Matrix::Ones(1, 1), y = Matrix::Zero(1, 1);
      GradientDescent<double> descent(network, x, y);
      descent.evaluate();
      double f = descent.output()(0);
      double lambda = lambda_now();
      const double eta = eta_lambda / lambda;
      double peak = std::abs(f);
      for (int t = 0; t < 200; ++t) {
        descent.step(eta);
        descent.evaluate();
        const double next = f * (1 - eta * lambda + eta * eta * f * f / m);
        lambda += eta * f * f / m * (eta * lambda - 4);
        f = next;
        peak = std::max(peak, std::abs(f));
        ASSERT_NEAR(descent.output()(0), f, 3e-10 * peak)
            << "m " << width << ", eta lambda " << eta_lambda << ", t " << t;
        ASSERT_NEAR(lambda_now(), lambda, 3e-10 * lambda);
      }
    }
  }
}

/// Two linear layers W1 (m x d), W2 (C x m): W1 W1^T - W2^T W2 changes by eta^2 (g1 g1^T - g2^T g2).
TEST(GradientDescent, TheImbalanceOfALinearNetworkMovesAtSecondOrderOnly) {
  Architecture architecture;
  architecture.activation = "linear";
  architecture.parametrization = "standard";
  architecture.inputs = 4;
  architecture.width = 6;
  architecture.outputs = 3;
  auto network = initialize(architecture, 1);
  const auto data = cases::regression(4, 9, 3, 1);
  GradientDescent<double> descent(network, data.x, data.y);
  const double eta = 0.05;
  for (int t = 0; t < 20; ++t) {
    const auto before = network;
    descent.evaluate();
    descent.step(eta);
    const Matrix step1 = before.weights[0] - network.weights[0], step2 = before.weights[1] - network.weights[1];
    const auto imbalance = [](const Network<double>& net) -> Matrix {
      return net.weights[0] * net.weights[0].transpose() - net.weights[1].transpose() * net.weights[1];
    };
    const Matrix expected = step1 * step1.transpose() - step2.transpose() * step2;
    EXPECT_GT(expected.norm(), 1e-9);
    EXPECT_LT((imbalance(network) - imbalance(before) - expected).norm(), 1e-13) << "step " << t;
  }
}

TEST(GradientDescent, WorksWithASingleSample) {
  for (const auto& architecture : cases::every_architecture()) {
    const auto data = cases::regression(3, 1, architecture.outputs, 1);
    const auto network = away_from_kinks(architecture, data.x);
    const Vector expected = finite_differences(network, data.x, data.y);
    ASSERT_LT((step_direction(network, data.x, data.y) - expected).norm(), 1e-8 * expected.norm())
        << cases::describe(architecture);
  }
}

}  // namespace
}  // namespace ntksweep
