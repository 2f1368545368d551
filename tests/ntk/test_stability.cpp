#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ntksweep/ntk/stability.hpp"

namespace ntksweep {
namespace {

/// |theta| after many steps of heavy ball with decay on the loss lambda theta^2 / (2n).
double end_of_iteration(double lambda, Index samples, double beta, double decay, double eta) {
  double theta = 1;
  double before = 1;
  for (int t = 0; t < 20000 && std::abs(theta) < 1e30; ++t) {
    const double gradient = lambda / static_cast<double>(samples) * theta;
    const double next = theta - eta * (gradient + decay * theta) + beta * (theta - before);
    before = theta;
    theta = next;
  }
  return std::abs(theta);
}

TEST(CriticalStep, SeparatesConvergenceFromDivergence) {
  for (const double lambda : {0.3, 40.0}) {
    for (const Index samples : {1, 25}) {
      for (const double beta : {0.0, 0.5, 0.9, 0.99}) {
        for (const double decay : {0.0, 0.1, 3.0}) {
          const double eta = critical_step(lambda, samples, beta, decay);
          EXPECT_LT(end_of_iteration(lambda, samples, beta, decay, 0.99 * eta), 1e-6) << beta << ", " << decay;
          EXPECT_GT(end_of_iteration(lambda, samples, beta, decay, 1.01 * eta), 1e6) << beta << ", " << decay;
        }
      }
    }
  }
}

TEST(CriticalStep, OfPlainGradientDescentIsTwoNOverLambda) { EXPECT_EQ(critical_step(8, 20), 5); }

TEST(CriticalStep, OfAFlatModelIsInfinite) { EXPECT_EQ(critical_step(0, 20), std::numeric_limits<double>::infinity()); }

}  // namespace
}  // namespace ntksweep
