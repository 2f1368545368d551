#include "../support/training_course.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

using namespace forms;

std::vector<LayerRule> layers(const Architecture& a) { return layer_rules(a); }

TrainingForm form_of(const Architecture& a, const TrainingRules& rules, Index samples) {
  return training_form(layers(a), find_activation(a.activation), rules, samples);
}

TEST(TrainingForm, IsDualBelowTwiceTheInputsWhereStepsPayForTheGramMatrix) {
  const Architecture a = two_layers(784, "relu", 1024);
  EXPECT_EQ(form_of(a, {.max_steps = 1000}, 256), dual);
  EXPECT_EQ(form_of(a, {.max_steps = 1000}, 1024), dual);
  EXPECT_EQ(form_of(a, {.max_steps = 1000000}, 1567), dual);
  EXPECT_EQ(form_of(a, {.max_steps = 1000000}, 1568), per_sample);
  EXPECT_EQ(form_of(a, {.max_steps = 1}, 256), per_sample);
  EXPECT_EQ(form_of(a, {.max_steps = 0}, 256), per_sample);
}

TEST(TrainingForm, IsNotDualWhereARuleLooksAtTheWeights) {
  const Architecture a = two_layers(784, "relu", 1024);
  const auto form = [&a](const TrainingRules& rules) { return form_of(a, rules, 100); };
  EXPECT_EQ(form({.momentum = 0.9, .weight_decay = 0.1, .toward = DecayToward::initial, .max_steps = 99}), dual);
  EXPECT_EQ(form({.weight_decay = 0.1, .toward = DecayToward::zero, .max_steps = 99}), per_sample);
  EXPECT_EQ(form({.batch = 10, .max_steps = 99}), per_sample);
  EXPECT_EQ(form({.batch = 100, .max_steps = 99}), dual);
  EXPECT_EQ(form({.max_steps = 99, .step_needs = StepNeeds::network}), per_sample);
}

TEST(TrainingForm, OfLinearNetworksIsRotatedAboveAsManySamplesAsInputs) {
  Architecture a = two_layers(20, "linear", 100);
  const TrainingRules rules{.max_steps = 1000};
  EXPECT_EQ(form_of(a, rules, 1000), rotated_dual);
  EXPECT_EQ(form_of(a, rules, 20), dual);
  EXPECT_EQ(form_of(a, {.max_steps = 1}, 1000), rotated);
  EXPECT_EQ(form_of(a, {.max_steps = 1000, .step_needs = StepNeeds::network}, 1000), rotated);
  EXPECT_EQ(form_of(a, {.batch = 5, .max_steps = 1000}, 1000), per_sample);
  EXPECT_EQ(form_of(a, {.loss = LossKind::logistic, .max_steps = 1000}, 1000), per_sample);
  a.biases = Biases::hidden;
  EXPECT_EQ(form_of(a, rules, 1000), per_sample);
  a = two_layers(20, "relu", 100);
  EXPECT_EQ(form_of(a, rules, 1000), per_sample);
  a.depth = 0;
  EXPECT_EQ(form_of(a, rules, 1000), rotated_dual);
}

TEST(TrainingForm, IsInTheOutcomeAndObserversSeeTheNetworkUpToDate) {
  const auto data = cases::regression(6, 9, 1, 1);
  for (const auto* activation : {"relu", "linear"}) {
    const auto initial = initialize(two_layers(6, activation), 3);
    Network<double> network = initial;
    const TrainingRules rules{.max_steps = 40, .tolerance = -1};
    int seen = 0;
    const auto outcome =
        train(network, data, rules, constant_step(0.05), {0, 10, 40}, [&](std::size_t, std::int64_t t) {
          const auto expected = course<double>(per_sample, initial, data, {}, 0.05, static_cast<int>(t));
          EXPECT_LT((reference::parameters(network) - expected.parameters).norm(), 1e-12);
          ++seen;
        });
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(outcome.form, std::string(activation) == "relu" ? dual : rotated_dual);
    const auto expected = course<double>(per_sample, initial, data, {}, 0.05, 40);
    EXPECT_LT((reference::parameters(network) - expected.parameters).norm(), 1e-12);
    EXPECT_NEAR(outcome.final_loss, expected.losses.back(), 1e-12);
  }
}

TEST(TrainingForm, LeavesTheStepThatInterpolatesClassesWhereItIs) {
  auto data = cases::regression(6, 9, 1, 1);
  data.kind = TargetKind::binary;
  const Matrix teacher = cases::random_matrix(1, 6, 9);
  data.y = (teacher * data.x).array().sign();
  const auto initial = initialize(two_layers(6, "linear"), 3);
  auto network = initial;
  const TrainingRules rules{.max_steps = 400, .tolerance = -1};
  const auto outcome = train(network, data, rules, constant_step(0.05), {}, [](std::size_t, std::int64_t) {});
  std::int64_t expected = 0;
  while ((course<double>(per_sample, initial, data, {}, 0.05, static_cast<int>(expected)).output.array() *
              data.y.array() <=
          0)
             .any()) {
    ++expected;
  }
  EXPECT_EQ(outcome.form, rotated_dual);
  EXPECT_GT(expected, 5);
  EXPECT_EQ(outcome.interpolation_step, expected);
}

}  // namespace
}  // namespace ntksweep
