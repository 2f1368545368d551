#include "../support/decompositions.hpp"
#include "../support/training_course.hpp"

namespace ntksweep {
namespace {

using namespace forms;

TEST(RotatedSamples, TrainALinearNetworkAsAllSamplesDoOverAThousandSteps) {
  for (const Index depth : {0, 1, 3}) {
    for (const Index outputs : {1, 3}) {
      for (const auto& data : every_shape(outputs)) {
        if (data.x.cols() < data.x.rows()) continue;
        Architecture a = two_layers(6, "linear");
        a.depth = depth;
        a.outputs = outputs;
        const auto initial = initialize(a, 3);
        const TrainingRules rules{.output_scale = 2, .centre = OutputCentre::initial, .momentum = 0.5};
        const auto expected = course<double>(per_sample, initial, data, rules, 0.01, 1000);
        EXPECT_LT(expected.losses.back(), 0.9 * expected.losses.front());
        for (const TrainingForm form : {rotated, rotated_dual}) {
          expect_same(course<double>(form, initial, data, rules, 0.01, 1000), expected, 1e-12,
                      "depth " + std::to_string(depth) + ", C " + std::to_string(outputs));
        }
      }
    }
  }
}

TEST(RotatedSamples, AloneTrainTheOutputLayerToo) {
  Architecture a = two_layers(6, "linear");
  a.trained = Trained::output;
  const auto data = cases::regression(6, 50, 1, 1);
  const auto initial = initialize(a, 3);
  const auto expected = course<double>(per_sample, initial, data, {}, 0.05, 500);
  expect_same(course<double>(rotated, initial, data, {}, 0.05, 500), expected, 1e-12, "");
  expect_same(course<double>(rotated_dual, initial, data, {}, 0.05, 500), expected, 1e-12, "dual");
}

TEST(RotatedSamples, InSinglePrecisionStayWithinItsRoundingOverAThousandSteps) {
  const auto data = cases::regression(6, 40, 1, 1);
  const auto initial = initialize(two_layers(6, "linear"), 3);
  const auto expected = course<double>(per_sample, cast<double>(cast<float>(initial)), data, {}, 0.05, 1000);
  for (const TrainingForm form : {rotated, rotated_dual}) {
    expect_same(course<float>(form, initial, data, {}, 0.05, 1000), expected, 2e-4, "");
  }
}

TEST(RotatedSamples, AreTheSamplesTurned) {
  const auto data = cases::regression(6, 11, 2, 1);
  const auto turned = rotate_samples(data.x, data.y);
  EXPECT_EQ(turned.input.cols(), 6);
  EXPECT_LT((turned.input * turned.basis - data.x).norm(), 1e-13);
  EXPECT_LT((turned.basis * turned.basis.transpose() - Matrix::Identity(6, 6)).norm(), 1e-13);
  const Matrix best = reference::least_squares(data.x.transpose(), data.y.transpose()).transpose();
  EXPECT_NEAR(turned.rest, (best * data.x - data.y).squaredNorm() / 22, 1e-13);
  EXPECT_GT(turned.rest, 0.1);
}

}  // namespace
}  // namespace ntksweep
