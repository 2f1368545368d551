#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/nn/forward.hpp"

namespace ntksweep {
namespace {

TEST(Forward, IsThePlainLoopForEveryArchitecture) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 2);
    const Matrix expected = reference::outputs(network, x);
    EXPECT_LT((predict(network, x) - expected).norm(), 1e-13 * (1 + expected.norm())) << cases::describe(architecture);
  }
}

TEST(Forward, LeavesActivationsAndSlopesOfEveryHiddenLayer) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 2);
    Activity<double> activity;
    forward(network, x, activity);
    ASSERT_EQ(static_cast<Index>(activity.hidden.size()), architecture.depth);
    for (Index i = 0; i < x.cols(); ++i) {
      const auto pass = reference::pass(network, x.col(i));
      for (std::size_t l = 0; l < activity.hidden.size(); ++l) {
        EXPECT_LT((activity.hidden[l].col(i) - pass.h[l + 1]).norm(), 1e-13) << cases::describe(architecture);
        EXPECT_LT((activity.slope[l].col(i) - pass.slope[l]).norm(), 1e-13) << cases::describe(architecture);
      }
    }
  }
}

TEST(Forward, FromALaterLayerKeepsWhatIsBelow) {
  Architecture architecture;
  architecture.inputs = 3;
  architecture.width = 5;
  architecture.depth = 3;
  auto network = initialize(architecture, 2);
  const Matrix x = cases::random_matrix(3, 5, 1);
  Activity<double> activity;
  forward(network, x, activity);
  const Matrix before = activity.hidden[0];
  network.weights[0].setZero();
  network.weights[2] *= 2;
  forward(network, x, activity, 1);
  EXPECT_EQ(activity.hidden[0], before);
  network.weights[0] = initialize(architecture, 2).weights[0];
  EXPECT_LT((activity.output - reference::outputs(network, x)).norm(), 1e-13);
}

TEST(Forward, FollowsAChangeOfShape) {
  Architecture architecture;
  architecture.inputs = 3;
  architecture.width = 5;
  const auto network = initialize(architecture, 2);
  Activity<double> activity;
  for (const Index samples : {4, 9, 1}) {
    const Matrix x = cases::random_matrix(3, samples, 1);
    forward(network, x, activity);
    EXPECT_LT((activity.output - reference::outputs(network, x)).norm(), 1e-13);
  }
}

TEST(Forward, SinglePrecisionFollowsDoublePrecision) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (const auto& architecture : cases::every_architecture()) {
    const auto single = cast<float>(initialize(architecture, 2));
    const MatrixOf<float> x_single = x.cast<float>();
    Activity<float> activity;
    forward(single, x_single, activity);
    const Matrix expected = reference::outputs(cast<double>(single), x_single.cast<double>());
    EXPECT_LT((activity.output.cast<double>() - expected).norm(), 1e-5 * (1 + expected.norm()))
        << cases::describe(architecture);
  }
}

TEST(Forward, ANanInTheWeightsReachesTheOutput) {
  for (const auto& architecture : cases::every_architecture()) {
    auto network = initialize(architecture, 2);
    network.weights[0](0, 0) = std::numeric_limits<double>::quiet_NaN();
    const Matrix output = predict(network, cases::random_matrix(3, 5, 1));
    EXPECT_TRUE(output.row(0).array().isNaN().all()) << cases::describe(architecture);
  }
}

}  // namespace
}  // namespace ntksweep
