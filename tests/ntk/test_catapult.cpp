#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ntksweep/nn/gradient_descent.hpp"

/// f = v.u / sqrt(m) on one sample x = 1, y = 0 with loss f^2 / 2 (Lewkowycz et al. 2020).
namespace ntksweep {
namespace {

const Matrix one = Matrix::Ones(1, 1);
const Matrix zero = Matrix::Zero(1, 1);

Network<double> product_of_two_layers(Index width, std::uint64_t seed) {
  Architecture a;
  a.width = width;
  a.activation = "linear";
  a.sigma_w = 1;
  return initialize(a, seed);
}

/// lambda = (|u|^2 + |v|^2) / m, the kernel.
double curvature(const Network<double>& network) {
  return (network.weights[0].squaredNorm() + network.weights[1].squaredNorm()) /
         static_cast<double>(network.weights[0].size());
}

TEST(Catapult, TrainingFollowsTheScalarRecursions) {
  const Index width = 512;
  for (const double eta_lambda : {0.5, 1.9, 2.5, 3.5}) {
    auto network = product_of_two_layers(width, 3);
    GradientDescent<double> descent(network, one, zero);
    descent.evaluate();
    double f = descent.output()(0, 0);
    double lambda = curvature(network);
    const double eta = eta_lambda / lambda;
    double largest = 0;
    double error = 0;
    for (int t = 0; t < 200; ++t) {
      descent.step(eta);
      descent.evaluate();
      const double square = eta * f * f / static_cast<double>(width);
      const double next_lambda = lambda + square * (eta * lambda - 4);
      f *= 1 - eta * lambda + eta * square;
      lambda = next_lambda;
      largest = std::max(largest, std::abs(f));
      error = std::max(error, std::abs(descent.output()(0, 0) - f));
      ASSERT_NEAR(curvature(network), lambda, 3e-10 * lambda) << eta_lambda << " at " << t;
    }
    EXPECT_LT(error, 3e-10 * largest) << eta_lambda;
  }
}

struct End {
  bool converged;
  double peak;        ///< largest loss over the first
  double eta_lambda;  ///< at the end
};

End run(double eta_lambda, std::uint64_t seed) {
  auto network = product_of_two_layers(512, seed);
  GradientDescent<double> descent(network, one, zero);
  const double first = descent.evaluate();
  const double eta = eta_lambda / curvature(network);
  double loss = first;
  double peak = first;
  for (int t = 0; t < 20000 && loss > 1e-20 && loss < 1e12 * (1 + first); ++t) {
    descent.step(eta);
    loss = descent.evaluate();
    peak = std::max(peak, loss);
  }
  return {loss <= 1e-20, peak / first, eta * curvature(network)};
}

TEST(Catapult, ConvergesBelowFourTimesTheInverseCurvatureAndInAFlatterPlace) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const double eta_lambda : {2.5, 3.0, 3.5, 3.9}) {
      const End end = run(eta_lambda, seed);
      EXPECT_TRUE(end.converged) << eta_lambda << ", seed " << seed;
      EXPECT_GT(end.peak, 1) << eta_lambda << ", seed " << seed;
      EXPECT_LT(end.eta_lambda, 2) << eta_lambda << ", seed " << seed;
    }
  }
}

TEST(Catapult, NeverConvergesAboveFourTimesTheInverseCurvature) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const double eta_lambda : {4.1, 4.5}) EXPECT_FALSE(run(eta_lambda, seed).converged) << seed;
  }
}

}  // namespace
}  // namespace ntksweep
