#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "ntksweep/ntk/kernel.hpp"

/// The kernels of initializations that claim the wide limit of Gaussian weights.
namespace ntksweep {
namespace {

Architecture relu_network(const std::string& initialization, Index width, Index depth) {
  Architecture a;
  a.initialization = initialization;
  a.inputs = 4;
  a.width = width;
  a.depth = depth;
  a.biases = Biases::hidden;
  return a;
}

TEST(InitialKernel, ASymmetricNetworkHasThatOfItsHalf) {
  const Matrix x = cases::random_matrix(4, 6, 1);
  for (const auto* parametrization : {"ntk", "mup"}) {
    for (const Index depth : {1, 2, 3}) {
      for (const Index outputs : {1, 3}) {
        Architecture a = relu_network("symmetric", 16, depth);
        a.parametrization = parametrization;
        a.outputs = outputs;
        const Matrix whole = empirical_ntk(initialize(a, 2), x, KernelKind::full);
        a.initialization = "gaussian";
        a.width = 8;
        const Matrix half = empirical_ntk(initialize(a, 2), x, KernelKind::full);
        EXPECT_TRUE(whole.isApprox(half, 1e-13)) << parametrization << ", " << depth << ", " << outputs;
      }
    }
  }
}

Matrix mean_kernel(const Architecture& a, const Matrix& x, int seeds) {
  Matrix mean = Matrix::Zero(x.cols(), x.cols());
  for (int seed = 0; seed < seeds; ++seed) {
    mean += empirical_ntk(initialize(a, static_cast<std::uint64_t>(seed)), x, KernelKind::trace) / seeds;
  }
  return mean;
}

/// 60 networks of width 256: the standard error of a difference is up to 4 % (symmetric: halves of 128).
TEST(InitialKernel, SymmetricAndOrthogonalNetworksApproachTheGaussianLimit) {
  const Matrix x = cases::random_matrix(4, 5, 1);
  for (const Index depth : {1, 2}) {
    const Matrix reference = mean_kernel(relu_network("gaussian", 256, depth), x, 60);
    for (const auto* name : {"symmetric", "orthogonal"}) {
      const Matrix mean = mean_kernel(relu_network(name, 256, depth), x, 60);
      EXPECT_LT((mean - reference).norm(), 0.12 * reference.norm()) << name << ", " << depth;
    }
  }
}

TEST(InitialKernel, WithAZeroOutputLayerOnlyTheFeaturesOfTheLastHiddenLayerCount) {
  const Matrix x = cases::random_matrix(4, 6, 1);
  Architecture a = relu_network("zero_output", 16, 2);
  const Matrix all = empirical_ntk(initialize(a, 2), x, KernelKind::full);
  a.initialization = "gaussian";
  a.trained = Trained::output;
  EXPECT_TRUE(all.isApprox(empirical_ntk(initialize(a, 2), x, KernelKind::full), 1e-14));
}

}  // namespace
}  // namespace ntksweep
