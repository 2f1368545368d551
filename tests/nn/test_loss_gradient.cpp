#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/cases.hpp"
#include "../support/plain_descent.hpp"
#include "ntksweep/nn/loss_gradient.hpp"

namespace ntksweep {
namespace {

/// n dL/dtheta of all parameters; zero for those of frozen layers.
Vector scaled(const ParametersOf<double>& gradient, const Network<double>& network) {
  Network<double> shaped = network;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const bool is_frozen = gradient.weights[l].size() == 0;
    shaped.weights[l] = is_frozen ? Matrix(0 * network.weights[l]) : network.layers[l].scale * gradient.weights[l];
    shaped.biases[l] = is_frozen ? Vector(0 * network.biases[l]) : network.layers[l].bias_scale * gradient.biases[l];
  }
  return reference::parameters(shaped);
}

struct Evaluated {
  double loss;
  Matrix output;
  Vector gradient;
};

Evaluated evaluated(const Network<double>& network, const Dataset& data, Index panel, const TrainingRules& rules = {}) {
  const Matrix features = frozen_features(network, data.x);
  LossGradient<double> gradient(network, {features.size() > 0 ? features : data.x, data.y, panel}, rules);
  gradient.evaluate();
  const double loss = gradient.evaluate();  // nothing may be left from the first time
  return {loss, gradient.output(), scaled(gradient.gradient(), network)};
}

TEST(LossGradient, IsTheTransposedJacobianTimesTheResidual) {
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto data = cases::regression(3, 7, architecture.outputs, 1);
      const auto network = initialize(architecture, 2);
      const Matrix residual = reference::outputs(network, data.x) - data.y;
      const Vector expected = (reference::jacobian(network, data.x).transpose() * residual.reshaped())
                                  .cwiseProduct(plain::trained_mask(network));
      for (const Index panel : {0, 1, 3, 7}) {
        const auto found = evaluated(network, data, panel);
        ASSERT_LT((found.gradient - expected).norm(), 1e-13 * (1 + expected.norm()))
            << cases::describe(architecture) << ", panels of " << panel;
        EXPECT_NEAR(found.loss, reference::loss(network, data.x, data.y), 1e-13 * found.loss);
        EXPECT_LT((found.output - data.y - residual).norm(), 1e-13 * (1 + residual.norm()));
      }
    }
  }
}

/// Widths and numbers of samples around the lanes and columns that the loops take together.
TEST(LossGradient, OfRectifiedUnitsUnderOneOutputIsTheJacobiansAtEverySize) {
  for (const auto* activation : {"relu", "leaky_relu", "linear"}) {
    for (const Index width : {1, 7, 8, 9, 16, 31, 64, 130}) {
      for (const Index samples : {1, 2, 4, 5, 11}) {
        Architecture a;
        a.inputs = 3;
        a.width = width;
        a.activation = activation;
        a.biases = Biases::all;
        const auto data = cases::regression(3, samples, 1, 1);
        const auto network = initialize(a, 2);
        const Matrix residual = reference::outputs(network, data.x) - data.y;
        const Vector expected = reference::jacobian(network, data.x).transpose() * residual.reshaped();
        EXPECT_LT((evaluated(network, data, 0).gradient - expected).norm(), 1e-13 * (1 + expected.norm()))
            << activation << ", width " << width << ", samples " << samples;
      }
    }
  }
}

TEST(LossGradient, OfANegativeLeakIsTheJacobiansToo) {
  Architecture a;
  a.inputs = 3;
  a.width = 20;
  a.activation = "leaky_relu";
  a.leaky_slope = -0.5;
  const auto data = cases::regression(3, 6, 1, 1);
  const auto network = initialize(a, 2);
  const Matrix residual = reference::outputs(network, data.x) - data.y;
  const Vector expected = reference::jacobian(network, data.x).transpose() * residual.reshaped();
  EXPECT_LT((evaluated(network, data, 0).gradient - expected).norm(), 1e-13 * expected.norm());
}

TEST(LossGradient, IsTheSameInSinglePrecisionToItsRounding) {
  for (const Index width : {5, 16, 40}) {
    Architecture a;
    a.inputs = 3;
    a.width = width;
    const auto data = cases::regression(3, 9, 1, 1);
    const auto network = cast<float>(initialize(a, 2));
    const MatrixOf<float> x = data.x.cast<float>(), y = data.y.cast<float>();
    LossGradient<float> single(network, {x, y, 4}, {});
    const double loss = single.evaluate();
    const auto twice = cast<double>(network);
    const auto expected = evaluated(twice, data, 0);
    EXPECT_NEAR(loss, expected.loss, 1e-6 * expected.loss);
    ParametersOf<double> found;
    for (const auto& w : single.gradient().weights) found.weights.push_back(w.cast<double>());
    for (const auto& b : single.gradient().biases) found.biases.push_back(b.cast<double>());
    EXPECT_LT((scaled(found, twice) - expected.gradient).norm(), 1e-6 * expected.gradient.norm()) << width;
  }
}

TEST(LossGradient, TakesScaleCentreAndLossPanelByPanel) {
  Architecture a;
  a.inputs = 3;
  a.width = 6;
  a.outputs = 3;
  a.activation = "tanh";
  auto data = cases::regression(3, 8, 3, 1);
  data.y.setZero();
  for (Index i = 0; i < 8; ++i) data.y(i % 3, i) = 1;
  const TrainingRules rules{.loss = LossKind::cross_entropy, .output_scale = 2, .centre = OutputCentre::initial};
  const auto network = initialize(a, 2);
  const Matrix features = frozen_features(network, data.x);
  Network<double> moved = network;
  LossGradient<double> whole(moved, {data.x, data.y, 8}, rules), panels(moved, {data.x, data.y, 3}, rules);
  moved.weights[0] *= 1.5;
  EXPECT_NEAR(panels.evaluate(), whole.evaluate(), 1e-14);
  const Matrix expected = 2 * (reference::outputs(moved, data.x) - reference::outputs(network, data.x));
  EXPECT_LT((panels.output() - expected).norm(), 1e-13);
  EXPECT_LT((scaled(panels.gradient(), network) - scaled(whole.gradient(), network)).norm(), 1e-13);
  EXPECT_GT(whole.output().norm(), 0.1);
}

TEST(LossGradient, RecoversFromNumbersThatAreNone) {
  for (const auto* activation : {"relu", "tanh"}) {
    Architecture a;
    a.inputs = 3;
    a.width = 9;
    a.activation = activation;
    const auto data = cases::regression(3, 6, 1, 1);
    const auto network = initialize(a, 2);
    Network<double> broken = network;
    LossGradient<double> gradient(broken, {data.x, data.y, 4}, {});
    for (const double value : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL}) {
      broken.weights[0](2, 1) = value;
      EXPECT_TRUE(std::isnan(value) ? std::isnan(gradient.evaluate()) : gradient.evaluate() != 0) << activation;
      broken = network;
      EXPECT_EQ(gradient.evaluate(), evaluated(network, data, 4).loss);
      EXPECT_EQ(scaled(gradient.gradient(), network), evaluated(network, data, 4).gradient);
    }
  }
}

TEST(PanelSamples, KeepActivationsInTheCacheAndProductsBelowAMillion) {
  EXPECT_EQ(panel_samples({64, 32, 64 * 32}, 128, sizeof(double)), 128);
  EXPECT_EQ(panel_samples({512, 4, 512 * 4}, 1024, sizeof(double)), 128) << "half a megabyte";
  EXPECT_EQ(panel_samples({512, 4, 512 * 4}, 1024, sizeof(float)), 256);
  EXPECT_EQ(panel_samples({512, 50, 512 * 50}, 390, sizeof(float)), 39) << "10^6 / (512 50)";
  EXPECT_EQ(panel_samples({512, 50, 512 * 50}, 400, sizeof(float)), 37) << "eleven equal ones, none above 39";
}

TEST(PanelSamples, AreNotFewWhereWeightsAreMany) {
  EXPECT_EQ(panel_samples({1024, 64, 1024 * 64}, 512, sizeof(double)), 128);
  EXPECT_EQ(panel_samples({1024, 64, 1024 * 64}, 512, sizeof(float)), 256);
  EXPECT_EQ(panel_samples({4096, 784, 4096 * 784}, 512, sizeof(double)), 512) << "as many as inputs";
  EXPECT_EQ(panel_samples({4096, 784, 4096 * 784}, 1024, sizeof(double)), 512) << "two equal ones, none above 784";
  EXPECT_EQ(panel_samples({1 << 20, 3, 3 << 20}, 3, sizeof(double)), 3);
}

TEST(PanelSamples, DoNotDependOnTheInputsOfOneOutput) {
  Architecture a;
  a.inputs = 64;
  a.width = 1024;
  EXPECT_EQ(panel_samples(trained_extents(layer_rules(a)), 512, sizeof(double)), 128);
  a.outputs = 2;
  EXPECT_EQ(panel_samples(trained_extents(layer_rules(a)), 512, sizeof(double)), 512);
}

}  // namespace
}  // namespace ntksweep
