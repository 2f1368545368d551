#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "ntksweep/ntk/least_squares_risk.hpp"
#include "ntksweep/ntk/random_features_risk.hpp"

namespace ntksweep {
namespace {

FeatureMoments moments_of(const char* name, double sigma) { return feature_moments(find_activation(name), 0.2, sigma); }

TEST(FeatureMoments, AreTheKnownOnes) {
  const double pi = std::numbers::pi;
  const auto relu = moments_of("relu", 1.5);
  EXPECT_NEAR(relu.constant, 1.5 / std::sqrt(2 * pi), 1e-10);
  EXPECT_NEAR(relu.linear, 0.75, 1e-10);
  EXPECT_NEAR(relu.nonlinear_square, 2.25 * (0.25 - 1 / (2 * pi)), 1e-10);
  const auto leaky = moments_of("leaky_relu", 1);
  EXPECT_NEAR(leaky.linear, 0.6, 1e-10);
  EXPECT_NEAR(leaky.constant, 0.8 / std::sqrt(2 * pi), 1e-10);
  // E g erf(sg) = s E phi'(sg) = 2 s / sqrt(pi (1 + 2 s^2)); E erf^2 = (2/pi) asin(2 s^2 / (1 + 2 s^2)).
  const auto erf = moments_of("erf", 1.3);
  const double wide = 1 + 2 * 1.69;
  EXPECT_NEAR(erf.constant, 0, 1e-12);
  EXPECT_NEAR(erf.linear, 2.6 / std::sqrt(pi * wide), 1e-10);
  EXPECT_NEAR(erf.nonlinear_square + erf.linear * erf.linear, 2 / pi * std::asin(3.38 / wide), 1e-10);
  EXPECT_NEAR(moments_of("linear", 1.3).nonlinear_square, 0, 1e-10);
}

struct Parts {
  double bias, variance;
};

Matrix features(const Activation& phi, double sigma, const Matrix& w, const Matrix& x) {
  Matrix value = sigma / std::sqrt(static_cast<double>(x.rows())) * (w * x);
  Matrix slope(value.rows(), value.cols());
  apply(phi, value, slope, 0.2);
  return value;
}

/// Columns uniform on the sphere of radius sqrt(rows), as in the paper: fluctuations of the length are
/// a correction that falls with d.
Matrix on_sphere(Index rows, Index columns, unsigned seed) {
  return std::sqrt(static_cast<double>(rows)) * cases::random_matrix(rows, columns, seed).colwise().normalized();
}

/// Excess risk of real fits: of `teachers` teachers of unit length without noise, and of as many draws
/// of unit noise without a teacher, on test inputs; means over `draws` of inputs and features.
Parts simulate(const char* name, double sigma, const RandomFeaturesProblem& sizes, double ridge, int draws) {
  constexpr Index teachers = 30;
  constexpr Index tests = 500;
  const Activation& phi = find_activation(name);
  Parts parts{0, 0};
  for (int k = 0; k < draws; ++k) {
    const auto seed = static_cast<unsigned>(100 * k + 7);
    const Matrix w = on_sphere(sizes.inputs, sizes.features, seed).transpose();
    const Matrix x = on_sphere(sizes.inputs, sizes.samples, seed + 1);
    const Matrix x_test = on_sphere(sizes.inputs, tests, seed + 2);
    const Matrix b = cases::random_matrix(teachers, sizes.inputs, seed + 3).rowwise().normalized();
    Matrix y(2 * teachers, sizes.samples);
    y << b * x, cases::random_matrix(teachers, sizes.samples, seed + 4);
    const Matrix f = features(phi, sigma, w, x);
    const Matrix f_test = features(phi, sigma, w, x_test);
    Matrix predicted;
    if (sizes.features < sizes.samples) {
      Matrix gram = f * f.transpose();
      gram.diagonal().array() += ridge;
      predicted = (y * f.transpose()) * reference::solve(gram, f_test);
    } else {
      Matrix gram = f.transpose() * f;
      gram.diagonal().array() += ridge;
      predicted = y * reference::solve(gram, f.transpose() * f_test);
    }
    const double share = 1.0 / (teachers * tests * draws);
    parts.bias += share * (predicted.topRows(teachers) - b * x_test).squaredNorm();
    parts.variance += share * predicted.bottomRows(teachers).squaredNorm();
  }
  return parts;
}

void expect_simulated(const char* name, double sigma, Index features, Index samples, double ridge) {
  const RandomFeaturesProblem sizes{100, features, samples, 1, 0};
  const auto moments = moments_of(name, sigma);
  const Parts drawn = simulate(name, sigma, sizes, ridge, 4);
  const double bias = random_features_excess_risk(sizes, moments, ridge);
  const double variance = random_features_excess_risk({100, features, samples, 0, 1}, moments, ridge);
  EXPECT_NEAR(drawn.bias, bias, 0.08 * bias) << name << ", N " << features << ", n " << samples << ", ridge " << ridge;
  EXPECT_NEAR(drawn.variance, variance, 0.08 * variance)
      << name << ", N " << features << ", n " << samples << ", ridge " << ridge;
}

TEST(RandomFeaturesRisk, IsThatOfSimulatedMinimumNormSolutionsOnBothSidesOfThePeak) {
  for (const char* name : {"relu", "tanh"}) {
    for (const Index features : {50, 120, 500, 900}) expect_simulated(name, std::sqrt(2.0), features, 250, 0);
    expect_simulated(name, std::sqrt(2.0), 400, 80, 0);
    expect_simulated(name, std::sqrt(2.0), 40, 80, 0);
  }
}

TEST(RandomFeaturesRisk, IsThatOfSimulatedRidgeRegression) {
  for (const double ridge : {1.0, 30.0, 300.0}) {
    for (const Index features : {100, 250, 500}) expect_simulated("tanh", 1, features, 250, ridge);
  }
}

TEST(RandomFeaturesRisk, PeaksWhereFeaturesEqualSamples) {
  const auto moments = moments_of("relu", std::sqrt(2.0));
  const auto risk = [&](Index features) { return random_features_excess_risk({100, features, 300, 1, 0.25}, moments); };
  EXPECT_EQ(risk(300), std::numeric_limits<double>::infinity());
  for (const Index step : {1, 10, 50, 100}) {
    EXPECT_GT(risk(300 - step), risk(300 - 2 * step)) << step;
    EXPECT_GT(risk(300 + step), risk(300 + 2 * step)) << step;
  }
}

TEST(RandomFeaturesRisk, WithVanishingRidgeIsTheRidgelessOne) {
  const auto moments = moments_of("tanh", 1);
  for (const Index features : {60, 150, 400, 1000}) {
    const RandomFeaturesProblem problem{100, features, 250, 1, 0.25};
    const double ridgeless = random_features_excess_risk(problem, moments);
    EXPECT_NEAR(random_features_excess_risk(problem, moments, 1e-9), ridgeless, 1e-6 * ridgeless) << features;
  }
}

TEST(RandomFeaturesRisk, WithAnEndlessRidgeIsTheSignal) {
  EXPECT_NEAR(random_features_excess_risk({100, 300, 250, 1.7, 0.25}, moments_of("relu", 1), 1e12), 1.7, 1e-6);
}

/// Almost linear features, more than inputs, are a rotation of the inputs: Hastie et al.
TEST(RandomFeaturesRisk, OfAlmostLinearFeaturesIsThatOfLeastSquares) {
  const FeatureMoments linear{0, 1, 1e-8};
  for (const Index samples : {50, 200, 400}) {
    const double expected = least_squares_asymptotic_risk(100.0 / static_cast<double>(samples), {1.3, 0.25});
    const double risk = random_features_excess_risk({100, 100000000, samples, 1.3, 0.25}, linear);
    EXPECT_NEAR(risk, expected, 1e-3 * expected) << samples;
  }
}

TEST(RandomFeaturesRisk, IsNotANumberForLinearFeatures) {
  EXPECT_TRUE(std::isnan(random_features_excess_risk({100, 300, 250, 1, 0}, moments_of("linear", 1))));
}

}  // namespace
}  // namespace ntksweep
