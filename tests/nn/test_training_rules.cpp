#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "../support/linear_model.hpp"
#include "../support/plain_descent.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

constexpr auto unobserved = [](std::size_t, std::int64_t) {};

/// Targets that suit the loss.
Dataset data_for(LossKind loss, Index outputs, Index samples = 7) {
  auto data = cases::regression(3, samples, outputs, 5);
  if (loss == LossKind::logistic) {
    data.kind = TargetKind::binary;
    data.y = data.y.array().sign();
  }
  if (loss == LossKind::cross_entropy) {
    data.kind = TargetKind::multiclass;
    data.y.setZero();
    for (Index i = 0; i < samples; ++i) data.y((2 * i) % outputs, i) = 1;
  }
  return data;
}

Architecture two_layers(Index outputs, Biases biases = Biases::all, Trained trained = Trained::all) {
  Architecture a;
  a.inputs = 3;
  a.width = 6;
  a.depth = 2;
  a.outputs = outputs;
  a.activation = "tanh";
  a.parametrization = "mup";
  a.biases = biases;
  a.trained = trained;
  return a;
}

std::vector<TrainingRules> every_rule() {
  std::vector<TrainingRules> all;
  for (const LossKind loss : {LossKind::squared, LossKind::logistic, LossKind::cross_entropy}) {
    for (const double scale : {1.0, 0.25, 3.0}) {
      for (const OutputCentre centre : {OutputCentre::none, OutputCentre::initial}) {
        for (const double momentum : {0.0, 0.8}) {
          for (const double decay : {0.0, 0.3}) {
            for (const DecayToward toward : {DecayToward::zero, DecayToward::initial}) {
              all.push_back({loss, scale, centre, momentum, decay, toward});
            }
          }
        }
      }
    }
  }
  return all;
}

TEST(TrainingRules, EveryCombinationFollowsThePlainLoops) {
  for (auto rules : every_rule()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      const Index outputs = rules.loss == LossKind::cross_entropy ? 3 : 1;
      const auto data = data_for(rules.loss, outputs);
      const auto initial = initialize(two_layers(outputs, Biases::all, trained), 2);
      rules.max_steps = 8;
      rules.tolerance = -1;
      auto network = initial;
      train(network, data, rules, constant_step(0.02), {}, unobserved);
      const auto expected = plain::descend(initial, data, rules, 0.02, 8,
                                           [&](std::int64_t) { return plain::all_samples(data.x.cols()); });
      const Vector moved = reference::parameters(expected) - reference::parameters(initial);
      ASSERT_GT(moved.norm(), 1e-4);
      EXPECT_LT((reference::parameters(network) - reference::parameters(expected)).norm(), 1e-12 * (1 + moved.norm()))
          << loss_row(rules.loss).name << ", alpha " << rules.output_scale << ", beta " << rules.momentum << ", w "
          << rules.weight_decay;
    }
  }
}

TEST(TrainingRules, SinglePrecisionFollowsDoublePrecision) {
  for (auto rules : every_rule()) {
    const Index outputs = rules.loss == LossKind::cross_entropy ? 3 : 1;
    const auto data = data_for(rules.loss, outputs);
    auto single = cast<float>(initialize(two_layers(outputs), 2));
    auto twice = cast<double>(single);
    rules.max_steps = 8;
    rules.tolerance = -1;
    train(single, data, rules, constant_step(0.02), {}, unobserved);
    train(twice, data, rules, constant_step(0.02), {}, unobserved);
    EXPECT_LT((reference::parameters(cast<double>(single)) - reference::parameters(twice)).norm(), 1e-4);
  }
}

/// What the step moves is first order in eta, what the kernel predicts wrongly second order.
TEST(TrainingRules, TheResidualObeysTheKernelOfTheNetworkForEveryOutputScale) {
  const auto data = data_for(LossKind::squared, 2);
  const auto initial = initialize(two_layers(2), 3);
  const Matrix kernel = reference::kernel(initial, data.x);
  for (const double scale : {0.1, 1.0, 7.0}) {
    for (const OutputCentre centre : {OutputCentre::none, OutputCentre::initial}) {
      TrainingRules rules{.output_scale = scale, .centre = centre, .max_steps = 1, .tolerance = -1};
      const Matrix f_0 = reference::outputs(initial, data.x);
      const Matrix before = model_output(rules, f_0, f_0);
      const Vector r = (before - data.y).reshaped();
      const auto wrong = [&](double eta) {
        auto network = initial;
        train(network, data, rules, constant_step(eta), {}, unobserved);
        const Matrix after = model_output(rules, reference::outputs(network, data.x), f_0);
        const Vector moved = (after - before).reshaped();
        EXPECT_GT(moved.norm(), 1e-2 * eta);
        return (moved + eta / 7.0 * kernel * r).norm();
      };
      const double eta = 1e-4 * std::min(scale, 1.0);
      EXPECT_NEAR(wrong(eta) / wrong(eta / 2), 4, 0.05) << "alpha " << scale;
    }
  }
}

TEST(TrainingRules, AnOutputScaleOfTheSquaredLossIsAShiftAndAScaleOfTheTargets) {
  auto data = data_for(LossKind::squared, 2);
  const auto initial = initialize(two_layers(2), 3);
  const TrainingRules scaled{.output_scale = 4, .centre = OutputCentre::initial, .max_steps = 30, .tolerance = -1};
  auto network = initial;
  const auto outcome = train(network, data, scaled, constant_step(0.05), {}, unobserved);
  const Matrix f_0 = reference::outputs(initial, data.x);
  data.y = f_0 + data.y / 4;
  auto shifted = initial;
  const TrainingRules plain_rules{.max_steps = 30, .tolerance = -1};
  const auto expected = train(shifted, data, plain_rules, constant_step(0.05), {}, unobserved);
  EXPECT_LT((reference::parameters(network) - reference::parameters(shifted)).norm(), 1e-12);
  EXPECT_NEAR(outcome.final_loss, 16 * expected.final_loss, 1e-12 * outcome.final_loss);
  EXPECT_NEAR(outcome.initial_loss, 16 * expected.initial_loss, 1e-12 * outcome.initial_loss);
}

TEST(ModelOutput, WithoutScaleAndCentreIsTheNetworkOutputBitForBit) {
  const Matrix f = cases::random_matrix(2, 3, 1);
  EXPECT_EQ(model_output({}, f, {}), f);
  EXPECT_EQ(model_output({.output_scale = 3}, f, {}), 3 * f);
  EXPECT_EQ(model_output({.output_scale = 3, .centre = OutputCentre::initial}, f, Matrix::Ones(2, 3)),
            Matrix(3 * (f.array() - 1)));
}

std::string refusal(const TrainingRules& rules, TargetKind kind, Index outputs) {
  try {
    check_rules(rules, kind, outputs);
  } catch (const InputError& error) {
    const std::string message = error.what();
    return message.substr(0, message.find(':'));
  }
  return "";
}

TEST(CheckRules, LossesAreRefusedForTargetsThatTheyHaveNoMeaningFor) {
  const TrainingRules squared, logistic{.loss = LossKind::logistic}, entropy{.loss = LossKind::cross_entropy};
  for (const TargetKind kind : {TargetKind::regression, TargetKind::binary, TargetKind::multiclass}) {
    const Index outputs = kind == TargetKind::multiclass ? 3 : 1;
    EXPECT_EQ(refusal(squared, kind, outputs), "");
    EXPECT_EQ(refusal(logistic, kind, outputs), kind == TargetKind::binary ? "" : "training.loss");
    EXPECT_EQ(refusal(entropy, kind, outputs), kind == TargetKind::multiclass ? "" : "training.loss");
  }
}

TEST(CheckRules, NumbersOutOfRangeAreRefusedByTheirName) {
  const auto refused = [](const TrainingRules& rules) { return refusal(rules, TargetKind::regression, 1); };
  for (const double scale : {0.0, -1.0, HUGE_VAL, std::nan("")}) {
    EXPECT_EQ(refused({.output_scale = scale}), "model.output_scale");
  }
  for (const double beta : {-0.1, 1.0, std::nan("")}) EXPECT_EQ(refused({.momentum = beta}), "training.momentum");
  for (const double w : {-0.1, HUGE_VAL, std::nan("")})
    EXPECT_EQ(refused({.weight_decay = w}), "training.weight_decay");
  EXPECT_EQ(refused({.batch = -1}), "training.batch");
  EXPECT_EQ(refused({.output_scale = 0.5, .momentum = 0.99, .weight_decay = 1, .batch = 3}), "");
}

}  // namespace
}  // namespace ntksweep
