#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "../support/cases.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/ntk/sharpness.hpp"

/// Full-batch gradient descent drives the sharpness to 2 / eta and holds it there (Cohen, Kaur, Li,
/// Kolter, Talwalkar, ICLR 2021): 20 Chebyshev points of T_5, tanh, two hidden layers of 50, loss
/// 1/(2n) |f - y|^2, standard parametrization, weights N(0, 1 / fan_in), trained biases from zero,
/// 1000 / eta steps, looked at from 500 / eta on. There the iterates hop across the valley and the
/// sharpness alternates about 2 / eta with the same period of two steps, by up to a tenth; the mean
/// of two successive steps is what stays within [0.95, 1.1].
namespace ntksweep {
namespace {

struct Problem {
  Matrix x{1, 20};
  Matrix y{1, 20};

  Problem() {
    for (Index i = 0; i < 20; ++i) {
      const double angle = std::numbers::pi * (2.0 * static_cast<double>(i) + 1) / 40;
      x(0, i) = std::cos(angle);
      y(0, i) = std::cos(5 * angle);
    }
  }
};

Network<double> tanh_network(std::uint64_t seed) {
  Architecture a;
  a.width = 50;
  a.depth = 2;
  a.activation = "tanh";
  a.parametrization = "standard";
  a.sigma_w = 1;
  a.biases = Biases::all;
  a.bias_init_scale = 0;
  return initialize(a, seed);
}

/// Of sharpness * eta / 2 in the second half.
struct Band {
  double start;                      ///< at initialization
  double lowest, highest;            ///< of single steps
  double lowest_pair, highest_pair;  ///< of the mean of two successive steps
};

Band band(double eta, std::uint64_t seed) {
  const Problem problem;
  auto network = tanh_network(seed);
  GradientDescent<double> descent(network, problem.x, problem.y);
  const auto measured = [&] {
    return 0.5 * eta * sharpness(network, problem.x, squared_loss_derivatives(descent.output(), problem.y));
  };
  descent.evaluate();
  Band result{measured(), 1e9, 0, 1e9, 0};
  const int steps = static_cast<int>(std::lround(1000 / eta));
  for (int t = 0; t < steps; ++t) {
    const bool looked_at = t >= steps / 2 && t % (steps / 50) == 0;
    const double first = looked_at ? measured() : 0;
    descent.step(eta);
    descent.evaluate();
    if (!looked_at) continue;
    const double second = measured();
    const double pair = 0.5 * (first + second);
    result.lowest = std::min({result.lowest, first, second});
    result.highest = std::max({result.highest, first, second});
    result.lowest_pair = std::min(result.lowest_pair, pair);
    result.highest_pair = std::max(result.highest_pair, pair);
  }
  return result;
}

Band expect_edge(double eta, std::uint64_t seed) {
  const Band found = band(eta, seed);
  EXPECT_GT(found.lowest_pair, 0.95) << eta << ", seed " << seed;
  EXPECT_LT(found.highest_pair, 1.1) << eta << ", seed " << seed;
  EXPECT_GT(found.lowest, 0.88) << eta << ", seed " << seed;
  EXPECT_LT(found.highest, 1.12) << eta << ", seed " << seed;
  return found;
}

TEST(EdgeOfStability, SharpnessStaysNearTwoOverALargeStep) {
  expect_edge(0.1, 0);
  expect_edge(0.1, 1);
}

TEST(EdgeOfStability, SharpnessStaysNearTwoOverHalfThatStep) {
  expect_edge(0.05, 0);
  expect_edge(0.05, 1);
}

TEST(EdgeOfStability, SharpnessRisesToTwoOverASmallStep) { EXPECT_LT(expect_edge(0.025, 0).start, 0.3); }

}  // namespace
}  // namespace ntksweep
