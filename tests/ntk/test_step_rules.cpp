#include <gtest/gtest.h>

#include <cmath>

#include "../support/linear_cells.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/step_rules.hpp"

namespace ntksweep {
namespace {

using linear_cells::Cell;

/// Near its targets, and C = d: all theorems give a step.
Cell near_cell(double output_scale = 1, const std::string& parametrization = "ntk") {
  Architecture a = linear_cells::linear_architecture(4, 12, 4);
  a.parametrization = parametrization;
  a.initialization = "balanced";
  Cell cell{initialize(a, 1), linear_cells::orthonormal(4, 4, 1), Matrix::Zero(4, 4), {}};
  cell.y = 1.001 * output_scale * cell.residual();
  cell.rules.output_scale = output_scale;
  cell.rules.tolerance = 1e-8;
  cell.rules.max_steps = 100;
  return cell;
}

StepRuleInput input_of(const Cell& cell, const std::string& rule) {
  return {.rule = rule, .base_step = 0.5, .rules = cell.rules, .initial = cell.network, .x = cell.x, .y = cell.y};
}

std::string refusal(const StepRuleInput& input) {
  try {
    make_step_rule(input);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(StepRules, ConstantAndCriticalTakeTheGivenStep) {
  const Cell cell = near_cell();
  for (const auto* name : {"constant", "critical"}) {
    const StepSize rule = make_step_rule(input_of(cell, name));
    EXPECT_EQ(rule(0, 1.0), 0.5);
    EXPECT_EQ(rule(1000, 1e-9), 0.5);
  }
}

TEST(StepRules, PiecewiseHoldsTheFactorOfTheLastStepThatIsReached) {
  const Cell cell = near_cell();
  auto input = input_of(cell, "piecewise");
  EXPECT_EQ(make_step_rule(input)(7, 1.0), 0.5);
  input.schedule_steps = {10, 20};
  input.schedule_factors = {0.1, 4};
  const StepSize rule = make_step_rule(input);
  EXPECT_EQ(rule(9, 1.0), 0.5);
  EXPECT_EQ(rule(10, 1.0), 0.05);
  EXPECT_EQ(rule(19, 1.0), 0.05);
  EXPECT_EQ(rule(20, 1.0), 2.0);
  EXPECT_EQ(rule(1000, 1.0), 2.0);
}

TEST(StepRules, AScheduleThatIsNoneIsRefused) {
  const Cell cell = near_cell();
  auto input = input_of(cell, "piecewise");
  input.schedule_steps = {10, 20};
  input.schedule_factors = {1};
  EXPECT_NE(refusal(input).find("training.schedule_factors"), std::string::npos);
  input.schedule_factors = {1, 2};
  input.schedule_steps = {20, 20};
  EXPECT_NE(refusal(input).find("training.schedule_steps"), std::string::npos);
  input.schedule_steps = {0, 20};
  EXPECT_NE(refusal(input).find("training.schedule_steps"), std::string::npos);
}

TEST(StepRules, CosineFallsFromTheGivenStepToItsFloor) {
  const Cell cell = near_cell();
  auto input = input_of(cell, "cosine");
  input.floor = 0.2;
  const StepSize rule = make_step_rule(input);
  EXPECT_DOUBLE_EQ(rule(0, 1.0), 0.5);
  EXPECT_DOUBLE_EQ(rule(50, 1.0), 0.5 * 0.6);
  EXPECT_DOUBLE_EQ(rule(100, 1.0), 0.5 * 0.2);
  EXPECT_DOUBLE_EQ(rule(200, 1.0), 0.5 * 0.2);
}

TEST(StepRules, OfTheTheoryAreConvertedToTheUnitsOfTrainingAndScaledByTheFactor) {
  for (const auto* parametrization : {"ntk", "mup"}) {
    Cell cell = near_cell(1, parametrization);
    const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, cell.rules);
    const double unit = cell.samples() / cell.rate();
    auto input = input_of(cell, "");
    input.factor = 3;
    input.current = [&cell] { return cell.network; };
    const auto first = [&](const char* name) {
      input.rule = name;
      return make_step_rule(input)(0, cell.loss()) / (3 * unit);
    };
    const LinearConstants& c = theory.constants;
    const LinearGeometry now = linear_geometry(linear_weights(theory.problem, cell.network));
    EXPECT_DOUBLE_EQ(first("xu2023"), theory.largest_step);
    EXPECT_NEAR(first("xu2023_adaptive"), best_step(c, theory.largest_step, c.initial_loss),
                1e-9 * theory.largest_step);
    const double local = first("local_pl");
    EXPECT_NEAR(local * local_smoothness(c, now, c.initial_loss, local), 1, 1e-6);
    const double y = (cell.y).norm();
    EXPECT_NEAR(first("arora2018"), std::pow(c.margin, 3) / (49152 * std::pow(y, 4)), 1e-12);
    EXPECT_NEAR(first("du2018"), std::sqrt(4e-8 / 4) / (100 * std::pow(y, 1.5)), 1e-12);
    EXPECT_GT(first("arora2018"), 0);
  }
}

/// F = alpha f on alpha y is the same training as f on y, with the same steps.
TEST(StepRules, DoNotSeeTheOutputScale) {
  const Cell plain = near_cell(1);
  const Cell scaled = near_cell(5);
  for (const auto* name : {"xu2023", "xu2023_adaptive"}) {
    const double one = make_step_rule(input_of(plain, name))(0, plain.loss());
    const double other = make_step_rule(input_of(scaled, name))(0, 25 * plain.loss());
    EXPECT_NEAR(other, one, 1e-9 * one) << name;
  }
}

TEST(StepRules, OfTheTheoryRefuseOtherNetworksAndSayWhatToSet) {
  Architecture a = linear_cells::linear_architecture(4, 12, 4);
  a.activation = "relu";
  Cell cell = near_cell();
  cell.network = initialize(a, 1);
  for (const auto& rule : step_rules()) {
    const std::string message = refusal(input_of(cell, std::string(rule.name)));
    if (rule.scope == Scope::any) {
      EXPECT_EQ(message, "");
    } else {
      EXPECT_NE(message.find("training.step_rule = " + std::string(rule.name)), std::string::npos) << message;
      EXPECT_NE(message.find("model.activation = linear"), std::string::npos) << message;
    }
  }
}

TEST(StepRules, WithoutAMarginThereIsNoStepAndTheCellFails) {
  Cell cell = near_cell();
  cell.y *= -1;
  EXPECT_THROW(make_step_rule(input_of(cell, "arora2018")), NumericalError);
  EXPECT_THROW(make_step_rule(input_of(cell, "xu2023")), NumericalError);
  cell.rules.tolerance = 0;
  EXPECT_NE(refusal(input_of(cell, "du2018")).find("training.tolerance"), std::string::npos);
}

TEST(StepRules, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  const Cell cell = near_cell();
  const std::string message = refusal(input_of(cell, "adam"));
  for (const auto& rule : step_rules()) EXPECT_NE(message.find(rule.name), std::string::npos) << message;
}

}  // namespace
}  // namespace ntksweep
