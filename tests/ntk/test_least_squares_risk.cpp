#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "ntksweep/ntk/least_squares_risk.hpp"

namespace ntksweep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Drawn {
  double mean, error;  ///< of |w - w*|^2 over the draws, and its standard error
};

Drawn summary(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double square = 0;
  for (const double value : values) square += (value - mean) * (value - mean);
  return {mean, std::sqrt(square / (count - 1) / count)};
}

/// Fits the first p of D features with the limit of gradient descent from w_0; draws everything anew.
Drawn simulate(Index n, Index p, Index all, const LeastSquaresProblem& problem, int draws) {
  std::vector<double> risks;
  for (int k = 0; k < draws; ++k) {
    const auto seed = static_cast<unsigned>(1000 * k + p);
    const Matrix x = cases::random_matrix(n, all, seed);
    const Vector teacher =
        cases::random_matrix(all, 1, seed + 1).reshaped() * std::sqrt(problem.signal / static_cast<double>(all));
    const Vector start =
        cases::random_matrix(p, 1, seed + 2).reshaped() * std::sqrt(problem.start / static_cast<double>(p));
    const Vector y = x * teacher + std::sqrt(problem.noise) * cases::random_matrix(n, 1, seed + 3);
    const Matrix fitted = x.leftCols(p);
    const Vector w = start + reference::least_squares(fitted, y - fitted * start);
    risks.push_back((w - teacher.head(p)).squaredNorm() + teacher.tail(all - p).squaredNorm());
  }
  return summary(risks);
}

TEST(LeastSquaresRisk, HasTheKnownValues) {
  const LeastSquaresProblem problem{1, 0.25};
  EXPECT_NEAR(least_squares_excess_risk(100, 50, problem), 0.2551, 5e-5);
  EXPECT_NEAR(least_squares_excess_risk(100, 80, problem), 1.0526, 5e-5);
  EXPECT_NEAR(least_squares_excess_risk(100, 125, problem), 1.2417, 5e-5);
  EXPECT_NEAR(least_squares_excess_risk(100, 200, problem), 0.7525, 5e-5);
}

TEST(LeastSquaresRisk, IsTheMeanOfManyMinimumNormSolutions) {
  for (const LeastSquaresProblem& problem : {LeastSquaresProblem{1, 0.25}, {2, 0.1, 3}}) {
    for (const Index p : {20, 32, 50, 80}) {
      const Drawn drawn = simulate(40, p, p, problem, 400);
      const double expected = least_squares_excess_risk(40, p, problem);
      EXPECT_NEAR(drawn.mean, expected, 4 * drawn.error) << p;
      EXPECT_LT(drawn.error, 0.06 * expected) << p;
    }
  }
}

TEST(LeastSquaresRisk, OfSelectedFeaturesIsTheMeanOfManyMinimumNormSolutions) {
  const LeastSquaresProblem problem{1, 0.04};
  for (const Index p : {10, 30, 55, 80, 100}) {
    const Drawn drawn = simulate(40, p, 100, problem, 400);
    const double expected = selected_features_excess_risk(40, p, 100, problem);
    EXPECT_NEAR(drawn.mean, expected, 4 * drawn.error) << p;
    EXPECT_LT(drawn.error, 0.06 * expected) << p;
  }
}

TEST(LeastSquaresRisk, IsInfiniteAroundTheInterpolationThresholdIfThereIsNoise) {
  for (const Index p : {99, 100, 101}) {
    EXPECT_EQ(least_squares_excess_risk(100, p, {1, 0.25}), infinity) << p;
    EXPECT_EQ(selected_features_excess_risk(100, p, 200, {1, 0}), infinity) << p;
  }
  EXPECT_LT(least_squares_excess_risk(100, 98, {1, 0.25}), infinity);
  EXPECT_LT(least_squares_excess_risk(100, 102, {1, 0.25}), infinity);
  EXPECT_EQ(least_squares_asymptotic_risk(1, {1, 0.25}), infinity);
}

TEST(LeastSquaresRisk, WithoutNoiseIsWhatTheSampleDoesNotSee) {
  EXPECT_EQ(least_squares_excess_risk(100, 100, {1, 0}), 0);
  EXPECT_DOUBLE_EQ(least_squares_excess_risk(100, 125, {1, 0, 2}), 0.6);
}

TEST(LeastSquaresRisk, TendsToTheAsymptoticOne) {
  const LeastSquaresProblem problem{1.3, 0.25, 0.4};
  for (const double gamma : {0.2, 0.8, 1.25, 3.0}) {
    const double limit = least_squares_asymptotic_risk(gamma, problem);
    const auto gap = [&](Index n) {
      return least_squares_excess_risk(n, std::lround(gamma * static_cast<double>(n)), problem) - limit;
    };
    EXPECT_GT(gap(1000), 0) << gamma;
    EXPECT_NEAR(gap(1000) / gap(10000), 10, 0.1) << gamma;
  }
}

TEST(LeastSquaresRisk, CannotSelectMoreThanThereIs) {
  EXPECT_THROW(selected_features_excess_risk(10, 21, 20, {1, 0}), std::invalid_argument);
}

}  // namespace
}  // namespace ntksweep
