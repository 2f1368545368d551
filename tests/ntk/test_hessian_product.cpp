#include <gtest/gtest.h>

#include "../support/cases.hpp"
#include "dense_hessian.hpp"

namespace ntksweep {
namespace {

constexpr double kink_distance = 1e-3;

/// A small network none of whose hidden units is near its kink: differences do not cross it.
Network<double> away_from_kinks(const Architecture& architecture, const Matrix& x) {
  for (std::uint64_t seed = 3;; ++seed) {
    auto network = initialize(architecture, seed);
    if (reference::smallest_preactivation(network, x) > kink_distance) return network;
  }
}

Matrix formed(const HessianProduct& product) {
  Matrix result(product.size(), product.size());
  for (Index k = 0; k < product.size(); ++k) result.col(k) = product(Vector::Unit(product.size(), k));
  return result;
}

template <class Loss>
void expect_dense_hessian(const Architecture& architecture, Index samples, Loss&& loss) {
  const Matrix x = cases::random_matrix(architecture.inputs, samples, 1);
  const Matrix y = cases::random_matrix(architecture.outputs, samples, 2);
  const auto network = away_from_kinks(architecture, x);
  const HessianProduct product(network, x, loss(predict(network, x), y));
  const Matrix expected = dense::hessian(network, x, y, loss);
  ASSERT_EQ(product.size(), expected.rows()) << cases::describe(architecture);
  EXPECT_LT((formed(product) - expected).norm(), 1e-7 * expected.norm()) << cases::describe(architecture);
}

TEST(HessianProduct, IsTheDenseHessianOfTheSquaredLossForEveryArchitecture) {
  for (auto architecture : cases::every_architecture()) {
    architecture.width = 3;
    expect_dense_hessian(architecture, 3, squared_loss_derivatives);
  }
}

TEST(HessianProduct, IsTheDenseHessianOfALossThatCouplesTheOutputs) {
  for (auto architecture : cases::every_architecture()) {
    if (architecture.outputs == 1 || architecture.biases == Biases::hidden) continue;
    architecture.width = 3;
    expect_dense_hessian(architecture, 3, dense::cross_entropy);
  }
}

TEST(HessianProduct, LeavesOutWhatIsFrozen) {
  for (auto architecture : cases::every_architecture()) {
    architecture.trained = Trained::output;
    expect_dense_hessian(architecture, 4, squared_loss_derivatives);
  }
}

/// Hidden layers that are frozen or trained one by one, weights and biases apart.
TEST(HessianProduct, TakesAnyChoiceOfTrainedLayers) {
  Architecture a;
  a.inputs = a.width = 3;
  a.depth = 2;
  a.outputs = 2;
  a.activation = "tanh";
  a.biases = Biases::all;
  const Matrix x = cases::random_matrix(3, 4, 1);
  const Matrix y = cases::random_matrix(2, 4, 2);
  for (unsigned choice = 1; choice < 64; ++choice) {
    auto network = initialize(a, 1);
    for (unsigned l = 0; l < 3; ++l) {
      network.layers[l].weight_rate = (choice >> (2 * l)) & 1 ? 0.5 + l : 0;
      network.layers[l].bias_rate = (choice >> (2 * l + 1)) & 1 ? 1.7 - 0.3 * l : 0;
    }
    const HessianProduct product(network, x, squared_loss_derivatives(predict(network, x), y));
    const Matrix expected = dense::hessian(network, x, y, squared_loss_derivatives);
    ASSERT_EQ(product.size(), expected.rows()) << choice;
    EXPECT_LT((formed(product) - expected).norm(), 1e-7 * expected.norm() + 1e-10) << choice;
  }
}

TEST(HessianProduct, IsSymmetric) {
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 3);
    const Matrix x = cases::random_matrix(3, 6, 1);
    const Matrix y = cases::random_matrix(architecture.outputs, 6, 2);
    const HessianProduct product(network, x, squared_loss_derivatives(predict(network, x), y));
    const Vector a = cases::random_matrix(product.size(), 1, 4);
    const Vector b = cases::random_matrix(product.size(), 1, 5);
    EXPECT_NEAR(a.dot(product(b)), b.dot(product(a)),
                1e-12 * (product(a).norm() * b.norm() + a.norm() * product(b).norm()));
  }
}

/// L = l(alpha (f - b)) / (n alpha^2), without a formula: differences of the loss itself.
TEST(HessianProduct, TakesAScaledAndCentredOutput) {
  Architecture a;
  a.inputs = 2;
  a.width = 3;
  a.activation = "erf";
  const double alpha = 3;
  const auto network = initialize(a, 1);
  const Matrix x = cases::random_matrix(2, 4, 1);
  const Matrix y = cases::random_matrix(1, 4, 2);
  const Matrix b = cases::random_matrix(1, 4, 3);
  const auto loss = [&](const Network<double>& at) {
    return (alpha * (reference::outputs(at, x) - b) - y).squaredNorm() / (8 * alpha * alpha);
  };
  const Matrix residual = alpha * (predict(network, x) - b) - y;
  const HessianProduct product(network, x, {residual / alpha, [](const Matrix& v) { return v; }});
  const Vector v = cases::random_matrix(product.size(), 1, 4);
  const Vector theta = reference::parameters(network);
  const double h = 1e-3;
  const auto at = [&](double step) { return loss(reference::with_parameters(network, theta + step * v)); };
  const double second = (-at(2 * h) + 16 * at(h) - 30 * at(0) + 16 * at(-h) - at(-2 * h)) / (12 * h * h);
  EXPECT_NEAR(v.dot(product(v)), second, 1e-7 * std::abs(second));
}

}  // namespace
}  // namespace ntksweep
