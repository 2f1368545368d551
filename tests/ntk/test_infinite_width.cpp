#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {
namespace {

struct Limit {
  const char* activation;
  double sigma_w_squared;
  Index depth;
  double off_diagonal;  ///< Theta_L(x, x'), |x|^2 = |x'|^2 = d, angle pi/4
};

/// From the recursion of Jacot, Gabriel, Hongler 2018 with the closed forms of Cho, Saul 2009
/// (ReLU) and Williams 1997 (erf).
constexpr Limit limits[] = {
    {"relu", 2, 1, 2.571478501638},  {"relu", 2, 2, 3.570974085918},  {"relu", 2, 3, 4.466647438598},
    {"erf", 1.5, 1, 1.131145796553}, {"erf", 1.5, 2, 1.303872023725}, {"erf", 1.5, 3, 1.514984484021},
};

/// Two inputs of squared length d = 2 at an angle.
Matrix pair_at(double angle) {
  Matrix x(2, 2);
  x << std::sqrt(2.0), std::sqrt(2.0) * std::cos(angle), 0, std::sqrt(2.0) * std::sin(angle);
  return x;
}

struct MeanKernel {
  Matrix mean;
  double error;  ///< standard error of the off-diagonal entry
};

MeanKernel mean_kernel(const Limit& limit, Index width, int seeds, const Matrix& x, const char* parametrization) {
  Architecture a;
  a.inputs = 2;
  a.width = width;
  a.depth = limit.depth;
  a.activation = limit.activation;
  a.parametrization = parametrization;
  a.sigma_w = std::sqrt(limit.sigma_w_squared);
  MeanKernel result{Matrix::Zero(2, 2), 0};
  double square = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const Matrix k = empirical_ntk(initialize(a, static_cast<std::uint64_t>(seed)), x, KernelKind::trace);
    result.mean += k / seeds;
    square += k(0, 1) * k(0, 1) / seeds;
  }
  result.error = std::sqrt((square - result.mean(0, 1) * result.mean(0, 1)) / (seeds - 1));
  return result;
}

/// Fluctuations are O(m^-1/2), the bias of the mean O(1/m): with 80 networks of width 256 four
/// standard errors and L^2 / m cover both.
TEST(InfiniteWidth, TheMeanKernelApproachesTheKnownLimits) {
  for (const Limit& limit : limits) {
    const auto measured = mean_kernel(limit, 256, 80, pair_at(std::acos(-1.0) / 4), "ntk");
    const double depth = static_cast<double>(limit.depth);
    EXPECT_NEAR(measured.mean(0, 1), limit.off_diagonal, 4 * measured.error + depth * depth * limit.off_diagonal / 256)
        << limit.activation << ", depth " << limit.depth;
    EXPECT_LT(measured.error, 0.03 * limit.off_diagonal);
  }
}

TEST(InfiniteWidth, TheDiagonalOfReluIsTwiceTheNumberOfLayers) {
  for (const Limit& limit : limits) {
    if (limit.activation != std::string("relu")) continue;
    const auto measured = mean_kernel(limit, 256, 80, pair_at(1.0), "mup");
    const double expected = 2.0 * static_cast<double>(limit.depth + 1);
    EXPECT_NEAR(measured.mean(0, 0), expected, 0.06 * expected) << limit.depth;
  }
}

TEST(InfiniteWidth, OrthogonalInputsOfReluHaveTwoOverPi) {
  const auto measured = mean_kernel(limits[0], 256, 80, pair_at(std::acos(-1.0) / 2), "ntk");
  EXPECT_NEAR(measured.mean(0, 1), 2 / std::acos(-1.0), 4 * measured.error);
}

TEST(InfiniteWidth, FluctuationsFallAsOneOverTheRootOfTheWidth) {
  const Matrix x = pair_at(0.7);
  const double narrow = mean_kernel(limits[3], 64, 400, x, "ntk").error;
  const double wide = mean_kernel(limits[3], 1024, 400, x, "ntk").error;
  EXPECT_NEAR(narrow / wide, 4, 0.6);
}

}  // namespace
}  // namespace ntksweep
