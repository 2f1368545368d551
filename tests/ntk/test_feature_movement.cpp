#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/ntk/feature_movement.hpp"

namespace ntksweep {
namespace {

std::vector<Matrix> features(const Network<double>& network, const Matrix& x) {
  Activity<double> activity;
  forward(network, x, activity);
  return activity.hidden;
}

Architecture three_layers() {
  Architecture a;
  a.inputs = 4;
  a.width = 6;
  a.depth = 3;
  a.outputs = 2;
  return a;
}

TEST(FeatureMovement, IsTheRelativeFrobeniusDistanceOfEveryHiddenLayer) {
  const auto initial = initialize(three_layers(), 1);
  const auto present = initialize(three_layers(), 2);
  const Matrix x = cases::random_matrix(4, 7, 1);
  const auto movement = feature_movement(features(initial, x), features(present, x));
  ASSERT_EQ(movement.size(), 3u);
  for (std::size_t l = 0; l < 3; ++l) {
    double difference = 0;
    double size = 0;
    for (Index i = 0; i < x.cols(); ++i) {
      const Vector before = reference::pass(initial, x.col(i)).h[l + 1];
      difference += (reference::pass(present, x.col(i)).h[l + 1] - before).squaredNorm();
      size += before.squaredNorm();
    }
    EXPECT_NEAR(movement[l], std::sqrt(difference / size), 1e-12 * movement[l]);
  }
}

TEST(FeatureMovement, SeesALayerOnlyFromWhereTheWeightsMoved) {
  const auto initial = initialize(three_layers(), 1);
  auto present = initial;
  present.weights[1] *= 1.5;  // ReLU without biases: the features of layers 1 and 2 grow by the same factor.
  const Matrix x = cases::random_matrix(4, 7, 1);
  const auto movement = feature_movement(features(initial, x), features(present, x));
  EXPECT_EQ(movement[0], 0);
  EXPECT_NEAR(movement[1], 0.5, 1e-12);
  EXPECT_NEAR(movement[2], 0.5, 1e-12);
}

TEST(FeatureMovement, IsNotANumberWhereTheInitialFeaturesVanish) {
  auto initial = initialize(three_layers(), 1);
  initial.weights[1].setZero();
  const Matrix x = cases::random_matrix(4, 7, 1);
  const auto movement = feature_movement(features(initial, x), features(initialize(three_layers(), 2), x));
  EXPECT_GT(movement[0], 0);
  EXPECT_TRUE(std::isnan(movement[1]));
}

TEST(FeatureMovement, IsNotANumberWhereItStartedAtRounding) {
  const Matrix rounding = 1e-15 * cases::random_matrix(3, 5, 1);
  EXPECT_TRUE(std::isnan(feature_movement({rounding}, {cases::random_matrix(3, 5, 2)}).front()));
}

}  // namespace
}  // namespace ntksweep
