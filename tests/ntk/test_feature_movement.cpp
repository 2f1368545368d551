#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/ntk/feature_movement.hpp"

namespace ntksweep {
namespace {

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
  const auto movement = feature_movement(initial, present, x);
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
  const auto movement = feature_movement(initial, present, cases::random_matrix(4, 7, 1));
  EXPECT_EQ(movement[0], 0);
  EXPECT_NEAR(movement[1], 0.5, 1e-12);
  EXPECT_NEAR(movement[2], 0.5, 1e-12);
}

TEST(FeatureMovement, IsNotANumberWhereTheInitialFeaturesVanish) {
  auto initial = initialize(three_layers(), 1);
  initial.weights[1].setZero();
  const auto movement = feature_movement(initial, initialize(three_layers(), 2), cases::random_matrix(4, 7, 1));
  EXPECT_GT(movement[0], 0);
  EXPECT_TRUE(std::isnan(movement[1]));
}

TEST(FeatureMovement, OfALinearModelIsEmpty) {
  auto linear = three_layers();
  linear.depth = 0;
  const auto network = initialize(linear, 1);
  EXPECT_TRUE(feature_movement(network, network, cases::random_matrix(4, 7, 1)).empty());
}

}  // namespace
}  // namespace ntksweep
