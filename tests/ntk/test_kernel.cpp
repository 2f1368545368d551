#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {
namespace {

constexpr Trained all_trained[] = {Trained::all, Trained::output};

/// Mean over outputs of the diagonal blocks of a full kernel.
Matrix mean_block(const Matrix& full, Index outputs) {
  const Index n = full.rows() / outputs;
  Matrix mean = Matrix::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      for (Index c = 0; c < outputs; ++c) mean(i, j) += full(i * outputs + c, j * outputs + c);
    }
  }
  return mean / static_cast<double>(outputs);
}

TEST(EmpiricalNtk, IsTheJacobianTimesItsTransposeForEveryArchitecture) {
  const Matrix x = cases::random_matrix(3, 6, 1);
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : all_trained) {
      architecture.trained = trained;
      const auto network = initialize(architecture, 3);
      const Matrix expected = reference::kernel(network, x);
      const Matrix full = empirical_ntk(network, x, KernelKind::full);
      ASSERT_EQ(full.rows(), expected.rows());
      EXPECT_LT((full - expected).norm(), 1e-13 * expected.norm()) << cases::describe(architecture);
      const Matrix trace = empirical_ntk(network, x, KernelKind::trace);
      const Matrix mean = mean_block(expected, architecture.outputs);
      ASSERT_EQ(trace.rows(), 6);
      EXPECT_LT((trace - mean).norm(), 1e-13 * mean.norm()) << cases::describe(architecture);
    }
  }
}

TEST(EmpiricalNtk, IsTheJacobianTimesItsTransposeOfATrainedNetworkToo) {
  const auto data = cases::regression(3, 6, 3, 2);
  for (const auto* parametrization : {"ntk", "standard", "mup"}) {
    Architecture a;
    a.inputs = 3;
    a.width = 40;
    a.depth = 2;
    a.outputs = 3;
    a.biases = Biases::all;
    a.parametrization = parametrization;
    a.activation = "gelu";
    a.layer_init_scale = {1, 0.5, 2};
    auto network = initialize(a, 1);
    GradientDescent<double> descent(network, data.x, data.y);
    for (int t = 0; t < 20; ++t) {
      descent.evaluate();
      descent.step(0.002);
    }
    const Matrix expected = reference::kernel(network, data.x);
    EXPECT_LT((empirical_ntk(network, data.x, KernelKind::full) - expected).norm(), 1e-12 * expected.norm());
  }
}

TEST(EmpiricalNtk, IsSymmetricToTheBit) {
  const Matrix x = cases::random_matrix(3, 6, 1);
  for (const auto& architecture : cases::every_architecture()) {
    for (const KernelKind kind : {KernelKind::full, KernelKind::trace}) {
      const Matrix k = empirical_ntk(initialize(architecture, 3), x, kind);
      EXPECT_EQ(k, k.transpose()) << cases::describe(architecture);
    }
  }
}

TEST(EmpiricalNtk, WorksOnASingleSample) {
  const Matrix x = cases::random_matrix(3, 1, 1);
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 3);
    const Matrix expected = reference::kernel(network, x);
    EXPECT_LT((empirical_ntk(network, x, KernelKind::full) - expected).norm(), 1e-13 * expected.norm());
    EXPECT_NEAR(empirical_ntk(network, x, KernelKind::trace)(0, 0), expected.diagonal().mean(),
                1e-13 * expected.norm());
  }
}

TEST(EmpiricalNtk, MupHasTheKernelOfNtkAtInitialization) {
  const Matrix x = cases::random_matrix(3, 6, 1);
  for (auto architecture : cases::every_architecture()) {
    if (architecture.parametrization != "mup" && architecture.parametrization != "mean_field") continue;
    const Matrix mup = empirical_ntk(initialize(architecture, 3), x, KernelKind::full);
    architecture.parametrization = "ntk";
    const Matrix ntk = empirical_ntk(initialize(architecture, 3), x, KernelKind::full);
    EXPECT_LT((mup - ntk).norm(), 1e-13 * ntk.norm()) << cases::describe(architecture);
  }
}

TEST(EmpiricalNtk, OfTheStandardParametrizationGrowsWithTheWidth) {
  Architecture a;
  a.inputs = 3;
  a.parametrization = "standard";
  const Matrix x = cases::random_matrix(3, 6, 1);
  a.width = 256;
  const double narrow = empirical_ntk(initialize(a, 1), x, KernelKind::trace).trace();
  a.width = 4096;
  const double wide = empirical_ntk(initialize(a, 1), x, KernelKind::trace).trace();
  EXPECT_NEAR(wide / narrow, 16, 3);
}

/// Distance of f(theta - eta c g) from f(theta) - (eta/n) K r, which is the linear part of the step.
double step_identity_error(const Network<double>& network, const Dataset& data, double eta) {
  auto moved = network;
  GradientDescent<double> descent(moved, data.x, data.y);
  descent.evaluate();
  const Matrix before = descent.output();
  descent.step(eta);
  const Matrix after = reference::outputs(moved, data.x);
  const Matrix kernel = empirical_ntk(network, data.x, KernelKind::full);
  const Matrix residual = before - data.y;
  const Vector linear = kernel * residual.reshaped() * (eta / static_cast<double>(data.x.cols()));
  return ((after - before).reshaped() + linear).norm();
}

TEST(EmpiricalNtk, PredictsAStepOfGradientDescentUpToTheSquareOfTheStepSize) {
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : all_trained) {
      architecture.trained = trained;
      const auto data = cases::regression(3, 6, architecture.outputs, 1);
      auto network = initialize(architecture, 0);
      for (std::uint64_t seed = 1; reference::smallest_preactivation(network, data.x) < 1e-3; ++seed) {
        network = initialize(architecture, seed);
      }
      const double scale = reference::outputs(network, data.x).norm();
      const double whole = step_identity_error(network, data, 1e-4);
      const double half = step_identity_error(network, data, 5e-5);
      if (architecture.depth == 0 || trained == Trained::output) {
        EXPECT_LT(whole, 1e-12 * (1 + scale)) << cases::describe(architecture);  // linear in what is trained
      } else {
        EXPECT_NEAR(whole / half, 4, 0.05) << cases::describe(architecture);
      }
    }
  }
}

}  // namespace
}  // namespace ntksweep
