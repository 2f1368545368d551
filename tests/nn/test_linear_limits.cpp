#include <gtest/gtest.h>

#include <cmath>

#include "../support/decompositions.hpp"
#include "../support/linear_model.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

using linear_model::random_features;

constexpr auto unobserved = [](std::size_t, std::int64_t) {};
constexpr Index samples = 6;

struct Model {
  Network<double> network = random_features(12, 2, "mup");
  Dataset data = cases::regression(3, samples, 2, 1);
  Matrix kernel = reference::kernel(network, data.x);
  double largest = reference::eigenvalues(kernel).maxCoeff();
};

Status status_at(const TrainingRules& rules, double eta) {
  Model model;
  return train(model.network, model.data, rules, constant_step(eta), {}, unobserved).status;
}

/// Largest growth per step of a model that is linear in its parameters: just below the limit it
/// comes to rest, just above it the loss passes every bound.
TEST(LinearLimits, HeavyBallIsStableBelowTwoTimesOnePlusBetaOverTheLargestEigenvalue) {
  for (const double beta : {0.0, 0.5, 0.9}) {
    const double limit = 2 * (1 + beta) * samples / Model().largest;
    TrainingRules rules{.momentum = beta, .max_steps = 200000, .tolerance = 1e-20};
    EXPECT_EQ(status_at(rules, 0.999 * limit), Status::converged) << "beta " << beta;
    EXPECT_EQ(status_at(rules, 1.001 * limit), Status::diverged) << "beta " << beta;
  }
}

TEST(LinearLimits, WeightDecayIsStableBelowTwoOverEigenvaluePlusDecay) {
  const double lambda = Model().largest / samples;
  const double w = lambda / 2;
  const double limit = 2 / (lambda + w);
  for (const DecayToward toward : {DecayToward::zero, DecayToward::initial}) {
    TrainingRules rules{.weight_decay = w, .toward = toward, .max_steps = 50000, .tolerance = 0};
    EXPECT_EQ(status_at(rules, 0.999 * limit), Status::max_steps);
    EXPECT_EQ(status_at(rules, 1.001 * limit), Status::diverged);
    EXPECT_EQ(status_at(rules, 0.99 / lambda * 2), Status::diverged);  // the limit without decay
  }
}

/// Kernel ridge regression: f = f_0 + K (K + n w I)^-1 target.
Vector ridge_prediction(const Model& model, double w, const Vector& target) {
  const Matrix regularized =
      model.kernel + static_cast<double>(samples) * w * Matrix::Identity(model.kernel.rows(), model.kernel.cols());
  return model.kernel * reference::solve(regularized, target);
}

TEST(LinearLimits, DecayTowardInitializationEndsAtKernelRidgeRegressionOnTheResidual) {
  for (const double beta : {0.0, 0.7}) {
    Model model;
    const double w = 0.02 * model.largest / samples;
    const Matrix f_0 = reference::outputs(model.network, model.data.x);
    const Vector change = ridge_prediction(model, w, (model.data.y - f_0).reshaped());
    TrainingRules rules{
        .momentum = beta, .weight_decay = w, .toward = DecayToward::initial, .max_steps = 3000, .tolerance = -1};
    train(model.network, model.data, rules, constant_step(samples / model.largest), {}, unobserved);
    const Matrix f = reference::outputs(model.network, model.data.x);
    EXPECT_LT(((f - f_0).reshaped() - change).norm(), 1e-9 * change.norm()) << "beta " << beta;
  }
}

/// The same with the target y - f_0 + J theta_0, theta_0 the trained parameters: their part of f_0
/// decays. J c^1/2 and theta c^-1/2 where learning-rate factors are not one.
TEST(LinearLimits, DecayTowardZeroMovesTheTargetByWhatTheParametersMakeAtInitialization) {
  Model model;
  const double w = 0.02 * model.largest / samples;
  const Matrix f_0 = reference::outputs(model.network, model.data.x);
  const Vector trained = reference::rates(model.network).unaryExpr([](double c) { return c == 0 ? 0.0 : 1.0; });
  const Vector linear_part =
      reference::jacobian(model.network, model.data.x) * reference::parameters(model.network).cwiseProduct(trained);
  const Vector constant_part = f_0.reshaped() - linear_part;
  const Vector expected =
      constant_part + ridge_prediction(model, w, model.data.y.reshaped() - f_0.reshaped() + linear_part);
  TrainingRules rules{.weight_decay = w, .max_steps = 3000, .tolerance = -1};
  train(model.network, model.data, rules, constant_step(samples / model.largest), {}, unobserved);
  const Matrix f = reference::outputs(model.network, model.data.x);
  EXPECT_LT((f.reshaped() - expected).norm(), 1e-9 * expected.norm());
}

TEST(LinearLimits, FrozenParametersDoNotDecay) {
  Model model;
  const auto before = model.network;
  TrainingRules rules{.momentum = 0.5, .weight_decay = 0.5, .max_steps = 10, .tolerance = -1};
  train(model.network, model.data, rules, constant_step(0.01), {}, unobserved);
  EXPECT_EQ(model.network.weights[0], before.weights[0]);
  EXPECT_EQ(model.network.biases[0], before.biases[0]);
  EXPECT_NE(model.network.weights[1], before.weights[1]);
}

/// Rates of zero between and beside trained arrays, where the pass must go through them.
TEST(LinearLimits, FrozenArraysAboveTrainedOnesDoNotDecay) {
  Architecture a;
  a.inputs = 3;
  a.width = 4;
  a.depth = 2;
  a.biases = Biases::all;
  const auto data = cases::regression(3, samples, 1, 1);
  for (const double beta : {0.0, 0.5}) {
    auto network = initialize(a, 1);
    network.layers[1].weight_rate = 0;
    network.layers[2].bias_rate = 0;
    const auto before = network;
    TrainingRules rules{.momentum = beta, .weight_decay = 0.5, .max_steps = 10, .tolerance = -1};
    train(network, data, rules, constant_step(0.01), {}, unobserved);
    EXPECT_EQ(network.weights[1], before.weights[1]);
    EXPECT_EQ(network.biases[2], before.biases[2]);
    EXPECT_NE(network.biases[1], before.biases[1]);
    EXPECT_NE(network.weights[0], before.weights[0]);
  }
}

}  // namespace
}  // namespace ntksweep
