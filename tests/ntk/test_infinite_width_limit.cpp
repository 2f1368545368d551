#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "ntksweep/ntk/infinite_width.hpp"
#include "ntksweep/ntk/kernel.hpp"

/// Empirical kernels of wide networks against their limit.
namespace ntksweep {
namespace {

Matrix limit(const Architecture& a, const Matrix& x) {
  return infinite_kernels(layer_rules(a), find_activation(a.activation), a.leaky_slope, x).ntk;
}

struct Sample {
  Matrix mean;   ///< over seeds
  Matrix error;  ///< its standard error, entry by entry
};

Sample sample(const Architecture& a, const Matrix& x, int seeds) {
  Matrix sum = Matrix::Zero(x.cols(), x.cols());
  Matrix square = sum;
  for (int seed = 0; seed < seeds; ++seed) {
    const Matrix k = empirical_ntk(initialize(a, static_cast<std::uint64_t>(seed)), x, KernelKind::trace);
    sum += k;
    square += k.cwiseProduct(k);
  }
  const Matrix mean = sum / seeds;
  return {mean, ((square / seeds - mean.cwiseProduct(mean)) / (seeds - 1)).cwiseMax(0).cwiseSqrt()};
}

/// Fluctuations are O(m^-1/2), the bias of the mean O(L^2 / m): five standard errors and twice that
/// bias cover both for 30 networks of width 128. The bound is checked to be tight enough to see a term.
void expect_mean_near_limit(const Architecture& a, const Matrix& x) {
  const Sample found = sample(a, x, 30);
  const Matrix expected = limit(a, x);
  const double bias = 2.0 * static_cast<double>(a.depth * a.depth) / 128 * expected.diagonal().maxCoeff();
  const Matrix excess = (found.mean - expected).cwiseAbs() - 5 * found.error;
  EXPECT_LT(excess.maxCoeff(), bias) << cases::describe(a);
  EXPECT_LT(5 * found.error.maxCoeff() + bias, 0.35 * expected.diagonal().maxCoeff()) << cases::describe(a);
}

TEST(InfiniteWidthLimit, IsTheMeanKernelOfWideNetworksForEveryArchitecture) {
  const Matrix x = cases::random_matrix(3, 3, 1);
  for (auto a : cases::every_architecture()) {
    if (a.outputs != 1 || a.depth == 0 || a.depth == 3) continue;
    a.width = 128;
    a.sigma_w = 1.2;
    expect_mean_near_limit(a, x);
  }
}

TEST(InfiniteWidthLimit, IsTheMeanKernelWhereOnlyTheOutputLayerIsTrained) {
  const Matrix x = cases::random_matrix(3, 3, 1);
  for (auto a : cases::every_architecture()) {
    if (a.outputs != 1 || a.depth != 2) continue;
    a.width = 128;
    a.trained = Trained::output;
    expect_mean_near_limit(a, x);
  }
}

TEST(InfiniteWidthLimit, HasTrainedBiasesThatStartAtZeroInTheKernelOnly) {
  const Matrix x = cases::random_matrix(3, 3, 1);
  for (const auto* activation : {"tanh", "relu"}) {
    Architecture a;
    a.inputs = 3;
    a.width = 128;
    a.depth = 2;
    a.activation = activation;
    a.biases = Biases::all;
    a.sigma_b = 1;
    a.bias_init_scale = 0;
    expect_mean_near_limit(a, x);
    auto without = a;
    without.biases = Biases::none;
    EXPECT_GT((limit(a, x) - limit(without, x)).minCoeff(), 0.9);
  }
}

/// Least-squares slope of log y over log x.
double log_slope(const std::vector<double>& x, const std::vector<double>& y) {
  const Eigen::ArrayXd u = Eigen::Map<const Eigen::ArrayXd>(x.data(), static_cast<Index>(x.size())).log();
  const Eigen::ArrayXd v = Eigen::Map<const Eigen::ArrayXd>(y.data(), static_cast<Index>(y.size())).log();
  return ((u - u.mean()) * (v - v.mean())).sum() / (u - u.mean()).square().sum();
}

TEST(InfiniteWidthLimit, IsApproachedAsOneOverTheRootOfTheWidth) {
  constexpr int seeds = 24;
  const Matrix x = cases::random_matrix(10, 20, 1);
  for (const auto* activation : {"erf", "relu"}) {
    std::vector<double> widths, distances;
    for (const Index width : {64, 256, 1024, 4096}) {
      Architecture a;
      a.inputs = 10;
      a.width = width;
      a.activation = activation;
      const Matrix expected = limit(a, x);
      double distance = 0;
      for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const Matrix k = empirical_ntk(initialize(a, seed), x, KernelKind::full);
        distance += (k - expected).norm() / expected.norm() / seeds;
      }
      widths.push_back(static_cast<double>(width));
      distances.push_back(distance);
    }
    EXPECT_NEAR(log_slope(widths, distances), -0.5, 0.05) << activation;
  }
}

}  // namespace
}  // namespace ntksweep
