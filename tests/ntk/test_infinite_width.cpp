#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/ntk/infinite_width.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {
namespace {

InfiniteKernels kernels(const Architecture& a, const Matrix& x) {
  return infinite_kernels(layer_rules(a), find_activation(a.activation), a.leaky_slope, x);
}

/// Two inputs of squared length d = 2 at an angle.
Matrix pair_at(double angle) {
  Matrix x(2, 2);
  x << std::sqrt(2.0), std::sqrt(2.0) * std::cos(angle), 0, std::sqrt(2.0) * std::sin(angle);
  return x;
}

Architecture plain(const char* activation, double sigma_w_squared, Index depth) {
  Architecture a;
  a.inputs = 2;
  a.width = 7;
  a.depth = depth;
  a.activation = activation;
  a.sigma_w = std::sqrt(sigma_w_squared);
  return a;
}

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

TEST(InfiniteWidth, HasTheKnownValues) {
  for (const Limit& limit : limits) {
    const auto a = plain(limit.activation, limit.sigma_w_squared, limit.depth);
    EXPECT_NEAR(kernels(a, pair_at(std::numbers::pi / 4)).ntk(0, 1), limit.off_diagonal, 1e-11)
        << limit.activation << ", depth " << limit.depth;
  }
}

TEST(InfiniteWidth, OfReluHasTwiceTheNumberOfLayersOnTheDiagonal) {
  for (const Index depth : {1, 2, 3, 10}) {
    const Matrix ntk = kernels(plain("relu", 2, depth), pair_at(1)).ntk;
    const auto layers = static_cast<double>(depth + 1);
    EXPECT_NEAR(ntk(0, 0), 2 * layers, 1e-13 * layers);
    EXPECT_NEAR(ntk(1, 1), 2 * layers, 1e-13 * layers);
  }
}

TEST(InfiniteWidth, OfReluHasTwoOverPiForOrthogonalInputs) {
  EXPECT_NEAR(kernels(plain("relu", 2, 1), pair_at(std::numbers::pi / 2)).ntk(0, 1), 2 / std::numbers::pi, 1e-14);
}

TEST(InfiniteWidth, WithoutHiddenLayersIsTheEmpiricalKernel) {
  const Matrix x = cases::random_matrix(3, 6, 1);
  for (auto architecture : cases::every_architecture()) {
    if (architecture.depth != 0 || architecture.outputs != 1) continue;
    const Matrix expected = reference::kernel(initialize(architecture, 3), x);
    EXPECT_LT((kernels(architecture, x).ntk - expected).norm(), 1e-14 * expected.norm())
        << cases::describe(architecture);
  }
}

TEST(InfiniteWidth, OfALinearNetworkIsTheSumOverItsLayersOfOneTermEach) {
  // sigma_w^2 (L + 1) x.x' / d sigma_w^(2 L), every layer the same.
  const Matrix x = cases::random_matrix(2, 4, 1);
  const Matrix expected = 3 * std::pow(1.7, 3) / 2 * x.transpose() * x;
  EXPECT_LT((kernels(plain("linear", 1.7, 2), x).ntk - expected).norm(), 1e-13 * expected.norm());
}

TEST(InfiniteWidth, IsTheSameForNtkAndMupAndGrowsWithTheWidthForStandard) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (auto a : cases::every_architecture()) {
    if (a.parametrization != "ntk" || a.depth == 0 || a.outputs != 1) continue;
    const InfiniteKernels ntk = kernels(a, x);
    a.parametrization = "mup";
    const InfiniteKernels mup = kernels(a, x);
    EXPECT_LT((mup.ntk - ntk.ntk).norm(), 1e-13 * ntk.ntk.norm()) << cases::describe(a);
    EXPECT_LT((5 * mup.nngp - ntk.nngp).norm(), 1e-13 * ntk.nngp.norm()) << cases::describe(a);
    a.parametrization = "standard";
    EXPECT_LT((kernels(a, x).nngp - ntk.nngp).norm(), 1e-13 * ntk.nngp.norm()) << cases::describe(a);
  }
}

TEST(InfiniteWidth, OfTheOutputLayerAloneIsTheCovarianceOfTheOutputs) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (auto a : cases::every_architecture()) {
    // The output layer's own weights and bias have variance s^2 and beta^2 in this parametrization.
    if (a.parametrization != "ntk") continue;
    a.trained = Trained::output;
    const InfiniteKernels found = kernels(a, x);
    EXPECT_LT((found.ntk - found.nngp).norm(), 1e-14 * found.ntk.norm()) << cases::describe(a);
  }
}

TEST(InfiniteWidth, WithAnOutputLayerOfZeroesIsTheDirectTermOfThatLayer) {
  auto a = plain("tanh", 1.7, 2);
  const Matrix x = cases::random_matrix(2, 4, 1);
  const Matrix nngp = kernels(a, x).nngp;
  a.layer_init_scale = {1, 1, 0};
  const InfiniteKernels found = kernels(a, x);
  EXPECT_LT((found.ntk - nngp).norm(), 1e-14 * nngp.norm());
  EXPECT_EQ(found.nngp.norm(), 0);
}

TEST(InfiniteWidth, BetweenTwoSetsIsABlockOfTheKernelOfBoth) {
  const Matrix x = cases::random_matrix(3, 9, 1);
  for (const auto& a : cases::every_architecture()) {
    if (a.outputs != 1) continue;
    const auto found =
        infinite_kernels(layer_rules(a), find_activation(a.activation), a.leaky_slope, x.leftCols(4), x.rightCols(5));
    const InfiniteKernels whole = kernels(a, x);
    EXPECT_LT((found.ntk - whole.ntk.topRightCorner(4, 5)).norm(), 1e-11 * whole.ntk.norm()) << cases::describe(a);
    EXPECT_LT((found.nngp - whole.nngp.topRightCorner(4, 5)).norm(), 1e-11 * whole.nngp.norm()) << cases::describe(a);
  }
}

TEST(InfiniteWidth, IsSymmetricToTheBitAndPositive) {
  const Matrix x = cases::random_matrix(3, 9, 1);
  for (const auto& a : cases::every_architecture()) {
    if (a.outputs != 1) continue;
    for (const Matrix& k : {kernels(a, x).ntk, kernels(a, x).nngp}) {
      EXPECT_EQ(k, k.transpose()) << cases::describe(a);
      EXPECT_GT(symmetric_eigenvalues(k)(0), -1e-13 * k.norm()) << cases::describe(a);
    }
  }
}

TEST(InfiniteWidth, GivesADuplicateTheRowOfItsOriginalAndAnEigenvalueOfZero) {
  Matrix x = cases::random_matrix(40, 9, 1);
  x.col(7) = x.col(2);
  for (auto a : cases::every_architecture()) {
    if (a.outputs != 1) continue;
    a.inputs = 40;
    const Matrix k = kernels(a, x).ntk;
    EXPECT_LT((k.col(7) - k.col(2)).norm(), 1e-13 * k.norm()) << cases::describe(a);
    const Vector values = symmetric_eigenvalues(k);
    EXPECT_LT(std::abs(values(0)), 1e-13 * values(8)) << cases::describe(a);
  }
}

}  // namespace
}  // namespace ntksweep
