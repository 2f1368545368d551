#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "../support/plain_training.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

Architecture random_features(Index width, Index outputs, Biases biases, const std::string& parametrization = "ntk") {
  Architecture a;
  a.inputs = 5;
  a.width = width;
  a.outputs = outputs;
  a.biases = biases;
  a.parametrization = parametrization;
  a.trained = Trained::output;
  return a;
}

/// Columns of the Jacobian that belong to the output layer, of output 0 (n x p), by the plain loops.
Matrix design(const Network<double>& network, const Matrix& x) {
  const auto& layer = network.layers.back();
  Matrix phi(x.cols(), layer.fan_in + (layer.has_bias ? 1 : 0));
  for (Index i = 0; i < x.cols(); ++i) {
    const Vector h = reference::pass(network, x.col(i)).h.back();
    for (Index k = 0; k < layer.fan_in; ++k) phi(i, k) = layer.scale * h(k);
    if (layer.has_bias) phi(i, layer.fan_in) = layer.bias_scale;
  }
  return phi;
}

/// The trained parameters as p x C.
Matrix solution(const Network<double>& network) {
  const auto& layer = network.layers.back();
  Matrix theta(layer.fan_in + (layer.has_bias ? 1 : 0), layer.fan_out);
  theta.topRows(layer.fan_in) = network.weights.back().transpose();
  if (layer.has_bias) theta.bottomRows(1) = network.biases.back().transpose();
  return theta;
}

TEST(MinimumNorm, IsTheActionOfThePseudoInverseBelowAtAndAboveTheThreshold) {
  for (const Index width : {3, 11, 12, 40}) {
    for (const Index outputs : {1, 3}) {
      for (const Biases biases : {Biases::none, Biases::all}) {
        for (const auto* parametrization : {"ntk", "standard", "mup"}) {
          auto network = initialize(random_features(width, outputs, biases, parametrization), 1);
          const auto data = cases::regression(5, 12, outputs, 2);
          const Matrix expected = reference::least_squares(design(network, data.x), data.y.transpose());
          solve_minimum_norm(network, data, 1e-20);
          EXPECT_LT((solution(network) - expected).norm(), 1e-9 * expected.norm())
              << "p " << width << ", C " << outputs << ", " << parametrization;
        }
      }
    }
  }
}

TEST(MinimumNorm, WithFewerParametersThanSamplesSolvesTheNormalEquations) {
  auto network = initialize(random_features(6, 3, Biases::all), 1);
  const auto data = cases::regression(5, 30, 3, 2);
  const Matrix phi = design(network, data.x);
  solve_minimum_norm(network, data, 1e-20);
  const Matrix residual = phi * solution(network) - data.y.transpose();
  EXPECT_GT(residual.norm(), 0.1);
  EXPECT_LT((phi.transpose() * residual).norm(), 1e-12 * phi.norm() * data.y.norm());
}

TEST(MinimumNorm, WithMoreParametersThanSamplesInterpolatesInTheSpanOfTheFeatures) {
  auto network = initialize(random_features(50, 3, Biases::all), 1);
  const auto data = cases::regression(5, 20, 3, 2);
  const Matrix phi = design(network, data.x);
  const auto outcome = solve_minimum_norm(network, data, 1e-20);
  const Matrix theta = solution(network);
  EXPECT_LT((phi * theta - data.y.transpose()).norm(), 1e-11);
  // Of all interpolating solutions the shortest has no part outside the row space.
  const Matrix inside = phi.transpose() * reference::solve(phi * phi.transpose(), phi * theta);
  EXPECT_LT((theta - inside).norm(), 1e-10 * theta.norm());
  EXPECT_EQ(outcome.status, Status::converged);
  EXPECT_EQ(outcome.interpolation_step, 0);
}

TEST(MinimumNorm, RepeatedSamplesAndDeadFeaturesAreCutOff) {
  for (const Index width : {8, 30}) {
    auto network = initialize(random_features(width, 1, Biases::none), 1);
    network.weights[0].row(1) = network.weights[0].row(0);
    network.weights[0].row(2).setZero();
    auto data = cases::regression(5, 12, 1, 2);
    data.x.col(7) = data.x.col(3);  // with another target: no function fits both
    const Matrix expected = reference::least_squares(design(network, data.x), data.y.transpose());
    const auto outcome = solve_minimum_norm(network, data, 1e-20);
    const Matrix theta = solution(network);
    EXPECT_LT((theta - expected).norm(), 1e-9 * expected.norm());
    EXPECT_NEAR(theta(0), theta(1), 1e-12 * theta.norm());
    EXPECT_NEAR(theta(2), 0, 1e-12 * theta.norm());
    EXPECT_EQ(outcome.status, Status::converged);
    EXPECT_EQ(outcome.interpolation_step, -1);
  }
}

/// Inputs in a space of three dimensions: five singular values are of the size of rounding.
TEST(MinimumNorm, DirectionsThatTheDataDoNotHaveStayAtZero) {
  Architecture flat;
  flat.inputs = 8;
  flat.depth = 0;
  for (const Index samples : {5, 12}) {
    auto network = initialize(flat, 1);
    auto data = cases::regression(8, samples, 1, 2);
    const Matrix space = cases::random_matrix(8, 3, 3);
    data.x = space * cases::random_matrix(3, samples, 4);
    solve_minimum_norm(network, data, 1e-20);
    const Vector theta = network.weights[0].transpose();
    const Vector inside = space * reference::solve(space.transpose() * space, space.transpose() * theta);
    EXPECT_LT((theta - inside).norm(), 1e-12 * theta.norm());
    const Matrix residual = reference::outputs(network, data.x) - data.y;
    EXPECT_LT((data.x * residual.transpose()).norm(), 1e-12 * data.x.norm() * data.y.norm());
  }
}

TEST(MinimumNorm, WithoutHiddenLayersIsLeastSquaresOnTheInputs) {
  Architecture flat;
  flat.inputs = 5;
  flat.depth = 0;
  flat.outputs = 2;
  auto network = initialize(flat, 1);
  const auto data = cases::regression(5, 12, 2, 2);
  solve_minimum_norm(network, data, 1e-20);
  const Matrix effective = network.layers[0].scale * network.weights[0];
  const Matrix expected = reference::solve(data.x * data.x.transpose(), data.x * data.y.transpose()).transpose();
  EXPECT_LT((effective - expected).norm(), 1e-12);
}

TEST(MinimumNorm, IsWhereGradientDescentFromZeroOutputWeightsEnds) {
  auto architecture = random_features(30, 2, Biases::all);
  architecture.activation = "tanh";
  auto trained = initialize(architecture, 1);
  trained.weights.back().setZero();
  trained.biases.back().setZero();
  auto solved = trained;
  const auto data = cases::regression(5, 6, 2, 2);
  solve_minimum_norm(solved, data, 1e-20);
  plain::train<double>(trained, data, {3.0, 100000, 1e-28}, {}, [](std::size_t, std::int64_t) {});
  EXPECT_LT((solution(trained) - solution(solved)).norm(), 1e-10 * solution(solved).norm());
}

TEST(MinimumNorm, DoesNotTouchTheLayersBelowNorSeeTheOldOutputWeights) {
  auto network = initialize(random_features(30, 1, Biases::all), 1);
  auto other = network;
  other.weights.back().setConstant(1e6);
  const auto data = cases::regression(5, 12, 1, 2);
  const auto before = network;
  solve_minimum_norm(network, data, 1e-20);
  solve_minimum_norm(other, data, 1e-20);
  EXPECT_EQ(network.weights[0], before.weights[0]);
  EXPECT_EQ(network.biases[0], before.biases[0]);
  EXPECT_EQ(network.weights[1], other.weights[1]);
}

TEST(MinimumNorm, ClassificationInterpolatesWhenNoSampleIsWrong) {
  for (const Index width : {2, 60}) {
    auto network = initialize(random_features(width, 1, Biases::none), 1);
    auto data = cases::regression(5, 40, 1, 2);
    data.kind = TargetKind::binary;
    data.y = (data.y.array() > 0).select(Matrix::Ones(1, 40), -Matrix::Ones(1, 40));
    const auto outcome = solve_minimum_norm(network, data, 0);
    const Matrix f = reference::outputs(network, data.x);
    const bool all_right = (f.array() * data.y.array() > 0).all();
    EXPECT_EQ(outcome.interpolation_step, all_right ? 0 : -1);
    EXPECT_EQ(all_right, width == 60);
  }
}

TEST(MinimumNorm, FeaturesThatAreNotFiniteAreANumericalError) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const Index width : {4, 30}) {
      auto network = initialize(random_features(width, 1, Biases::none), 1);
      network.weights[0](0, 0) = bad;
      const auto data = cases::regression(5, 12, 1, 2);
      EXPECT_THROW(solve_minimum_norm(network, data, 1e-20), NumericalError);
    }
  }
}

}  // namespace
}  // namespace ntksweep
