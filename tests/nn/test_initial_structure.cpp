#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/initialization.hpp"

/// The initializations that arrange their draws: what they promise about the whole network.
namespace ntksweep {
namespace {

Architecture shaped(const std::string& initialization, Index inputs, Index width, Index depth, Index outputs) {
  Architecture a;
  a.initialization = initialization;
  a.inputs = inputs;
  a.width = width;
  a.depth = depth;
  a.outputs = outputs;
  return a;
}

double distance_from_identity(const Matrix& a) { return (a - Matrix::Identity(a.rows(), a.cols())).norm(); }

/// |W_l W_l^T - W_{l+1}^T W_{l+1}| of neighbouring layers, the largest, relative.
double imbalance(const Network<double>& network) {
  double worst = 0;
  for (std::size_t l = 0; l + 1 < network.weights.size(); ++l) {
    const Matrix below = network.weights[l] * network.weights[l].transpose();
    const Matrix above = network.weights[l + 1].transpose() * network.weights[l + 1];
    worst = std::max(worst, (below - above).norm() / above.norm());
  }
  return worst;
}

TEST(OrthogonalInitialization, ShorterSidesAreOrthonormalUpToTheScale) {
  const auto network = initialize(shaped("orthogonal", 5, 40, 2, 3), 1);
  const Matrix first = network.weights[0] / std::sqrt(40.0);
  const Matrix second = network.weights[1] / std::sqrt(40.0);
  const Matrix output = network.weights[2] / std::sqrt(40.0);
  EXPECT_LT(distance_from_identity(first.transpose() * first), 1e-13);
  EXPECT_LT(distance_from_identity(second.transpose() * second), 1e-13);
  EXPECT_LT(distance_from_identity(output * output.transpose()), 1e-13);
}

/// Haar: the mean of Q is zero, its trace has variance one, for which the signs must be fixed
/// (Householder QR alone leaves det Q = (-1)^{m-1}).
TEST(OrthogonalInitialization, SquareLayersAreHaarDistributed) {
  const int draws = 2000;
  double sum = 0, square = 0;
  int positive = 0;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    const Matrix q = initialize(shaped("orthogonal", 3, 3, 1, 1), seed).weights[0] / std::sqrt(3.0);
    sum += q.trace();
    square += q.trace() * q.trace();
    positive += reference::determinant(q) > 0 ? 1 : 0;
  }
  EXPECT_NEAR(sum / draws, 0, 5 / std::sqrt(draws));
  EXPECT_NEAR(square / draws, 1, 5 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(positive, draws / 2, 5 * std::sqrt(draws / 4.0));
}

/// The two halves cancel in one BLAS sum, of which the order is not ours: what is left is its rounding.
TEST(SymmetricInitialization, TheNetworkStartsAtZero) {
  const Matrix x = cases::random_matrix(5, 7, 1);
  for (auto a : cases::every_architecture()) {
    a.inputs = 5;
    a.width = 6;
    const double usual = predict(initialize(a, 3), x).norm();
    a.initialization = "symmetric";
    EXPECT_LE(predict(initialize(a, 3), x).norm(), a.depth == 0 ? 0 : 1e-14 * (1 + usual)) << cases::describe(a);
  }
}

TEST(SymmetricInitialization, EachHalfHasTheDrawsOfANetworkOfHalfTheWidth) {
  Architecture a = shaped("symmetric", 4, 10, 2, 3);
  a.biases = Biases::hidden;
  const auto whole = initialize(a, 3);
  a.initialization = "gaussian";
  a.width = 5;
  const auto half = initialize(a, 3);
  EXPECT_EQ(whole.weights[0].topRows(5), half.weights[0]);
  EXPECT_EQ(whole.weights[0].bottomRows(5), half.weights[0]);
  EXPECT_TRUE(whole.weights[1].topLeftCorner(5, 5).isApprox(std::sqrt(2.0) * half.weights[1], 1e-15));
  EXPECT_EQ(whole.weights[1].topRightCorner(5, 5).norm(), 0);
  EXPECT_EQ(whole.weights[1].bottomLeftCorner(5, 5).norm(), 0);
  EXPECT_EQ(whole.weights[2].leftCols(5), half.weights[2]);
  EXPECT_EQ(whole.weights[2].rightCols(5), -half.weights[2]);
  EXPECT_EQ(whole.biases[1].head(5), half.biases[1]);
  EXPECT_EQ(whole.biases[1].tail(5), half.biases[1]);
}

TEST(SymmetricInitialization, AnOddWidthIsRefused) {
  try {
    layer_rules(shaped("symmetric", 4, 7, 1, 1));
    FAIL() << "accepted";
  } catch (const InputError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("model.initialization = symmetric needs an even grid.width, not 7"), std::string::npos)
        << message;
  }
}

TEST(BalancedInitialization, NeighbouringLayersAreBalanced) {
  for (const Index depth : {1, 2, 3}) {
    for (const Index width : {2, 9, 40}) {
      const auto network = initialize(shaped("balanced", 6, width, depth, 4), 5);
      EXPECT_LT(imbalance(network), 1e-13) << depth << ", " << width;
      EXPECT_GT(imbalance(initialize(shaped("gaussian", 6, width, depth, 4), 5)), 0.1);
    }
  }
}

TEST(BalancedInitialization, ALinearNetworkStartsAsTheGaussianOne) {
  const Matrix x = cases::random_matrix(6, 11, 2);
  for (const auto* parametrization : {"ntk", "standard", "mup"}) {
    for (const Index width : {3, 40}) {
      Architecture a = shaped("balanced", 6, width, 2, 4);
      a.activation = "linear";
      a.parametrization = parametrization;
      a.layer_init_scale = {1, 3, 0.5};
      const Matrix balanced = predict(initialize(a, 5), x);
      a.initialization = "gaussian";
      EXPECT_TRUE(balanced.isApprox(predict(initialize(a, 5), x), 1e-13)) << parametrization << ", " << width;
    }
  }
}

TEST(SpectralInitialization, TheProductHasTheSingularVectorsOfTheData) {
  const Dataset data = cases::regression(6, 30, 4, 1);
  for (const Index depth : {0, 1, 3}) {
    Architecture a = shaped("spectral", 6, 20, depth, 4);
    a.init_scale = 0.5;
    const auto network = initialize(a, 5, {.data = &data});
    Matrix product = Matrix::Identity(6, 6);
    for (const Matrix& w : network.weights) product = w * product;
    const auto svd = reference::thin_svd(data.y * data.x.transpose());
    const Matrix expected = svd.left * svd.right.transpose();
    const double scale = std::pow(0.5, static_cast<double>(depth + 1));
    EXPECT_LT((product - scale * expected).norm(), 1e-13) << depth;
    EXPECT_LT(imbalance(network), 1e-13) << depth;
  }
}

TEST(SpectralInitialization, DependsOnTheTrainingData) {
  const Dataset few = cases::regression(6, 10, 4, 1);
  const Dataset many = cases::regression(6, 30, 4, 1);
  const Architecture a = shaped("spectral", 6, 20, 1, 4);
  const Matrix first = initialize(a, 5, {.data = &few}).weights[0];
  EXPECT_EQ(first, initialize(a, 5, {.data = &few}).weights[0]);
  EXPECT_GT((first - initialize(a, 5, {.data = &many}).weights[0]).norm(), 0.1);
}

TEST(SpectralInitialization, AWidthBelowTheRankKeepsTheLeadingDirections) {
  const Dataset data = cases::regression(6, 30, 4, 1);
  const auto network = initialize(shaped("spectral", 6, 2, 1, 4), 5, {.data = &data});
  const auto svd = reference::thin_svd(data.y * data.x.transpose());
  const Matrix expected = svd.left.leftCols(2) * svd.right.leftCols(2).transpose();
  EXPECT_LT((network.weights[1] * network.weights[0] - expected).norm(), 1e-13);
}

}  // namespace
}  // namespace ntksweep
