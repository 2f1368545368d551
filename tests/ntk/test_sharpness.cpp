#include <gtest/gtest.h>

#include <limits>

#include "../../src/ntk/lanczos.hpp"
#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "dense_hessian.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "ntksweep/ntk/sharpness.hpp"

namespace ntksweep {
namespace {

Architecture two_layer(const std::string& activation, const std::string& parametrization = "ntk") {
  Architecture a;
  a.inputs = 3;
  a.width = 20;
  a.activation = activation;
  a.parametrization = parametrization;
  return a;
}

Vector dense_eigenvalues(const Network<double>& network, const Matrix& x, const Matrix& y) {
  const Matrix h = dense::hessian(network, x, y, squared_loss_derivatives);
  return reference::eigenvalues(0.5 * (h + h.transpose()));
}

double sharpness_of(const Network<double>& network, const Matrix& x, const Matrix& y, double decay = 0) {
  return sharpness(network, x, squared_loss_derivatives(predict(network, x), y), decay);
}

TEST(Sharpness, IsTheLargestEigenvalueOfTheDenseHessian) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (auto architecture : cases::every_architecture()) {
    if (architecture.depth == 3 || architecture.biases == Biases::hidden) continue;
    const Matrix y = cases::random_matrix(architecture.outputs, 5, 2);
    const auto network = initialize(architecture, 3);
    if (reference::smallest_preactivation(network, x) < 1e-4) continue;
    const double expected = dense_eigenvalues(network, x, y).maxCoeff();
    EXPECT_NEAR(sharpness_of(network, x, y), expected, 2e-8 * expected) << cases::describe(architecture);
  }
}

TEST(Sharpness, WithoutResidualIsTheLargestKernelEigenvalueOverN) {
  for (const auto& parametrization : parametrizations()) {
    for (const auto& activation : activations()) {
      for (const Trained trained : {Trained::all, Trained::output}) {
        auto architecture = two_layer(std::string(activation.name), std::string(parametrization.name));
        architecture.outputs = 2;
        architecture.biases = Biases::all;
        architecture.trained = trained;
        const auto network = initialize(architecture, 1);
        const Matrix x = cases::random_matrix(3, 12, 1);
        const double expected = full_kernel_lambda_max(network, x) / 12;
        EXPECT_NEAR(sharpness_of(network, x, predict(network, x)), expected, 1e-8 * expected)
            << cases::describe(architecture);
      }
    }
  }
}

TEST(Sharpness, ApproachesTheKernelInProportionToTheResidual) {
  const auto network = initialize(two_layer("tanh", "mup"), 1);
  const Matrix x = cases::random_matrix(3, 12, 1);
  const Matrix r = cases::random_matrix(1, 12, 2);
  const double limit = full_kernel_lambda_max(network, x) / 12;
  const auto distance = [&](double size) { return sharpness_of(network, x, predict(network, x) - size * r) - limit; };
  EXPECT_GT(std::abs(distance(1e-2)), 1e-5 * limit);
  EXPECT_NEAR(distance(1e-2) / distance(1e-3), 10, 0.5);
}

/// Two-layer ReLU: H - J^T J / n couples the two layers of neuron j by the vector
/// q_j = (s_1 s_2 / n) sum_i r_i phi'(z_ij) x_i and nothing else; its norm is max_j |q_j|.
TEST(Sharpness, OfTwoLayerReluIsWithinTheResidualBoundOfTheKernel) {
  int close = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto network = initialize(two_layer("relu"), seed);
    const Matrix x = cases::random_matrix(3, 12, 1);
    const Matrix y = 5 * cases::random_matrix(1, 12, 2);
    Activity<double> activity;
    forward(network, x, activity);
    const Vector residual = (activity.output - y).transpose();
    const Matrix q = network.layers[0].scale * network.layers[1].scale / 12 * activity.slope[0] *
                     residual.asDiagonal() * x.transpose();
    const double bound = q.rowwise().norm().maxCoeff();
    const double gap = std::abs(sharpness_of(network, x, y) - full_kernel_lambda_max(network, x) / 12);
    EXPECT_LE(gap, bound * (1 + 1e-8));
    close += gap > 0.03 * bound;
  }
  EXPECT_GT(close, 5) << "the bound is never near: this test would see nothing";
}

TEST(Sharpness, IsTheLargestSignedEigenvalueAndNotTheLargestMagnitude) {
  Architecture a = two_layer("tanh");
  a.inputs = a.width = 1;
  a.sigma_w = 1;
  auto network = initialize(a, 1);
  network.weights[0].setConstant(1);
  network.weights[1].setConstant(10);
  const Matrix x = Matrix::Ones(1, 1);
  const Matrix y = predict(network, x).array() - 100;
  const Vector eigenvalues = dense_eigenvalues(network, x, y);
  ASSERT_GT(-eigenvalues.minCoeff(), 50 * eigenvalues.maxCoeff());
  EXPECT_NEAR(sharpness_of(network, x, y), eigenvalues.maxCoeff(), 1e-6 * eigenvalues.maxCoeff());
}

TEST(Sharpness, WeightDecayAddsItselfWithoutARateFactor) {
  const auto network = initialize(two_layer("tanh", "mup"), 1);
  const Matrix x = cases::random_matrix(3, 12, 1);
  const Matrix y = cases::random_matrix(1, 12, 2);
  EXPECT_NEAR(sharpness_of(network, x, y, 0.75) - sharpness_of(network, x, y), 0.75, 1e-12);
}

/// All pre-activations are exactly zero: with phi'(0) = 1 the layers would be coupled.
TEST(Sharpness, TakesTheSlopeOfReluAtZeroAsZero) {
  auto network = initialize(two_layer("relu"), 1);
  network.weights[0].setZero();
  EXPECT_EQ(sharpness_of(network, cases::random_matrix(3, 12, 1), Matrix::Ones(1, 12)), 0);
}

TEST(Sharpness, OfANetworkThatIsNotFiniteIsANumericalError) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto network = initialize(two_layer("gelu"), 1);
    network.weights[0](0, 0) = bad;
    EXPECT_THROW(sharpness_of(network, cases::random_matrix(3, 4, 2), Matrix::Zero(1, 4)), NumericalError);
  }
}

TEST(Sharpness, HoldsFewerVectorsOfALargeNetwork) {
  EXPECT_EQ(sharpness_vectors(1000), 70);
  EXPECT_EQ(sharpness_vectors(10'000'000), 22);
}

/// Diagonal matrices with known spectra; short cycles force restarts.
TEST(LargestEigenvalue, HasItsSignWhateverTheRestOfTheSpectrum) {
  const std::vector<Vector> spectra{Vector::LinSpaced(300, -1000, 1), Vector::LinSpaced(300, -1000, -1),
                                    Vector::LinSpaced(300, -1e-3, 1e3), Vector::Constant(300, -2)};
  for (const Vector& spectrum : spectra) {
    for (const Index cycle : {16, 64}) {
      const auto product = [&](const Vector& v) -> Vector { return spectrum.cwiseProduct(v); };
      const double found = largest_eigenvalue(product, spectrum.size(), {1e-8, cycle, "test"});
      EXPECT_NEAR(found, spectrum.maxCoeff(), 1e-6 * std::abs(spectrum.maxCoeff())) << cycle;
    }
  }
}

}  // namespace
}  // namespace ntksweep
