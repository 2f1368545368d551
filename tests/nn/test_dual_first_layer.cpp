#include "../support/training_course.hpp"

namespace ntksweep {
namespace {

using namespace forms;

TEST(DualFirstLayer, IsThePrimalOneOverAThousandStepsForEveryShapeOfTheInputs) {
  for (const auto* activation : {"relu", "tanh"}) {
    for (const auto& data : every_shape(1)) {
      const auto initial = initialize(two_layers(6, activation), 3);
      const auto expected = course<double>(per_sample, initial, data, {}, 0.05, 1000);
      EXPECT_LT(expected.losses.back(), 0.8 * expected.losses.front());
      expect_same(course<double>(dual, initial, data, {}, 0.05, 1000), expected, 1e-12,
                  std::string(activation) + ", n " + std::to_string(data.x.cols()));
    }
  }
}

TEST(DualFirstLayer, IsThePrimalOneForEveryArchitecture) {
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto data = cases::regression(3, 4, architecture.outputs, 1);
      const auto initial = initialize(architecture, 2);
      expect_same(course<double>(dual, initial, data, {}, 0.002, 20),
                  course<double>(per_sample, initial, data, {}, 0.002, 20), 1e-12, cases::describe(architecture));
    }
  }
}

TEST(DualFirstLayer, IsThePrimalOneUnderEveryRule) {
  Architecture a = two_layers(6, "gelu");
  a.depth = 2;
  a.outputs = 3;
  a.biases = Biases::all;
  const auto initial = initialize(a, 3);
  auto data = cases::regression(6, 7, 3, 1);
  for (Index i = 0; i < 7; ++i) data.y.col(i) = Vector::Unit(3, i % 3);
  for (const LossKind loss : {LossKind::squared, LossKind::cross_entropy}) {
    for (const double momentum : {0.0, 0.8}) {
      for (const double decay : {0.0, 0.05}) {
        const TrainingRules rules{loss, 2, OutputCentre::initial, momentum, decay, DecayToward::initial};
        expect_same(course<double>(dual, initial, data, rules, 0.02, 200),
                    course<double>(per_sample, initial, data, rules, 0.02, 200), 1e-11,
                    "momentum " + std::to_string(momentum) + ", decay " + std::to_string(decay));
      }
    }
  }
}

TEST(DualFirstLayer, InSinglePrecisionStaysWithinItsRoundingOverAThousandSteps) {
  for (const auto& data : every_shape(1)) {
    const auto initial = initialize(two_layers(6, "relu"), 3);
    expect_same(course<float>(dual, initial, data, {}, 0.05, 1000),
                course<double>(per_sample, cast<double>(cast<float>(initial)), data, {}, 0.05, 1000), 2e-4,
                "n " + std::to_string(data.x.cols()));
  }
}

}  // namespace
}  // namespace ntksweep
