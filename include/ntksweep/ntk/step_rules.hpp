#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/ntk/linear_theory.hpp"

namespace ntksweep {

/// What a step rule may look at. References must outlive the call of make_step_rule only, `current`
/// as long as the rule is used.
struct StepRuleInput {
  std::string rule = "constant";
  double base_step = 0;                           ///< absolute eta, for rules that schedule a given step
  double factor = 1;                              ///< on the step of rules that find their own
  std::vector<std::int64_t> schedule_steps = {};  ///< piecewise: increasing, >= 1
  std::vector<double> schedule_factors = {};      ///< piecewise: one per step, relative to base_step
  double floor = 0;                               ///< cosine: share of base_step at the end
  const TrainingRules& rules;                     ///< max_steps, tolerance; what the theory excludes
  const Network<double>& initial;
  const Matrix& x;  ///< d x n
  const Matrix& y;  ///< C x n
  /// The network in training, in double: asked for at every step by rules that depend on it.
  std::function<Network<double>()> current = {};
};

/// What grid.step_size is to a rule.
enum class StepMeaning { absolute, factor };

/// Whether the step is the same throughout.
enum class StepCourse { constant, varying };

enum class Scope { any, two_layer_linear };

/// A rule for the size of the next step. To add one, write its function and add one row to the table
/// in step_rules.cpp.
struct StepRule {
  std::string_view name;
  std::string_view formula;
  std::string_view reference;
  StepMeaning meaning;
  Scope scope;
  StepCourse course;
  StepNeeds needs;
  StepSize (*make)(const StepRuleInput& input);
};

std::span<const StepRule> step_rules();

/// The rule of that name; throws InputError naming the known ones.
const StepRule& find_step_rule(std::string_view name);

/// The rule, ready to be asked in the units of training (absolute eta; the loss of F). Throws
/// InputError where the rule does not suit the cell, and NumericalError where its theorem gives no
/// step at this initialization (a margin of zero).
StepSize make_step_rule(const StepRuleInput& input);

}  // namespace ntksweep
