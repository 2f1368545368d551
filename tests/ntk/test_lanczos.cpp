#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {
namespace {

double largest_by_lapack(const Network<double>& network, const Matrix& x) {
  return symmetric_eigenvalues(reference::kernel(network, x)).tail(1).value();
}

Architecture typical(Index depth, Index outputs) {
  Architecture a;
  a.inputs = 6;
  a.width = 30;
  a.depth = depth;
  a.outputs = outputs;
  a.biases = Biases::all;
  return a;
}

TEST(Lanczos, FindsTheLargestEigenvalueForEveryArchitecture) {
  const Matrix x = cases::random_matrix(3, 6, 1);
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto network = initialize(architecture, 3);
      const double expected = largest_by_lapack(network, x);
      EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected) << cases::describe(architecture);
    }
  }
}

TEST(Lanczos, WorksForAnyNumberOfSamples) {
  for (const Index samples : {1, 2, 3, 4, 19, 20, 21, 90}) {
    for (const Index outputs : {1, 2, 3}) {
      const auto network = initialize(typical(1, outputs), 1);
      const Matrix x = cases::random_matrix(6, samples, 2);
      const double expected = largest_by_lapack(network, x);
      EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected) << samples << ", C " << outputs;
    }
  }
}

/// Kernels of more than 256 rows, formed (one output, wide) and not.
TEST(Lanczos, FindsTheLargestEigenvalueOfLargeKernels) {
  for (const auto& [width, samples, outputs] : {std::tuple{500, 300, 1}, {40, 300, 1}, {500, 100, 3}, {3, 90, 3}}) {
    for (const Index depth : {1, 2}) {
      auto architecture = typical(depth, outputs);
      architecture.width = width;
      const auto network = initialize(architecture, 1);
      const Matrix x = cases::random_matrix(6, samples, 2);
      const double expected = symmetric_eigenvalues(empirical_ntk(network, x, KernelKind::full)).tail(1).value();
      EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected) << width << ", " << samples;
    }
  }
}

TEST(Lanczos, IsTheFullKernelAndNotTheTrace) {
  auto architecture = typical(1, 3);
  architecture.width = 8;
  const auto network = initialize(architecture, 1);
  const Matrix x = cases::random_matrix(6, 10, 2);
  const double trace = symmetric_eigenvalues(empirical_ntk(network, x, KernelKind::trace)).tail(1).value();
  EXPECT_GT(full_kernel_lambda_max(network, x), 1.01 * trace);
}

TEST(Lanczos, HasNoTroubleWithADegenerateTop) {
  // Orthogonal inputs of equal length, linear regression: all eigenvalues are the same.
  Architecture flat;
  flat.inputs = 12;
  flat.depth = 0;
  flat.outputs = 2;
  const auto network = initialize(flat, 1);
  const Matrix x = Matrix::Identity(12, 12) * 3;
  const double expected = largest_by_lapack(network, x);
  EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected);
}

TEST(Lanczos, HasNoTroubleWhenTheKrylovSpaceIsExhausted) {
  // Random features of width 1: one eigenvalue, once per output, and zeros.
  auto one_feature = typical(1, 10);
  one_feature.width = 1;
  one_feature.biases = Biases::none;
  one_feature.trained = Trained::output;
  const Matrix x = cases::random_matrix(6, 100, 2);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto network = initialize(one_feature, seed);
    const double expected = empirical_ntk(network, x, KernelKind::trace).trace();
    EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected) << seed;
  }
}

TEST(Lanczos, HasNoTroubleWithEqualSamples) {
  const auto network = initialize(typical(2, 1), 1);
  const Matrix x = Vector::LinSpaced(6, -1, 1) * Matrix::Ones(1, 25);
  const double expected = largest_by_lapack(network, x);
  EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected);
}

TEST(Lanczos, IsRelativelyAccurateAtAnyScale) {
  auto architecture = typical(1, 1);
  architecture.biases = Biases::none;
  for (const double factor : {1e-9, 1e-4, 1.0, 1e4, 1e9}) {
    const auto network = initialize(architecture, 1);
    const Matrix x = factor * cases::random_matrix(6, 60, 2);
    const double expected = largest_by_lapack(network, x);
    EXPECT_NEAR(full_kernel_lambda_max(network, x), expected, 1e-11 * expected) << factor;
  }
}

TEST(Lanczos, OfAVanishingKernelIsZero) {
  auto architecture = typical(1, 1);
  architecture.biases = Biases::none;
  const auto network = initialize(architecture, 1);
  for (const Index samples : {1, 2, 3, 30}) {
    EXPECT_EQ(full_kernel_lambda_max(network, Matrix::Zero(6, samples)), 0) << samples;
  }
}

TEST(Lanczos, OfANetworkThatIsNotFiniteIsANumericalError) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const Index samples : {1, 2, 5, 40}) {
      auto network = initialize(typical(1, 1), 1);
      network.weights[0](0, 0) = bad;
      EXPECT_THROW(full_kernel_lambda_max(network, cases::random_matrix(6, samples, 2)), NumericalError) << samples;
    }
  }
}

}  // namespace
}  // namespace ntksweep
