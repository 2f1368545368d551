#include "check_training.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/ntk/step_rules.hpp"

namespace ntksweep {

namespace {

void refuse(bool refused, std::string_view method, std::string_view what, std::string_view instead) {
  if (refused) {
    throw InputError(fmt::format("training.method = {} does not go with {}; set {}, or training.method = gd", method,
                                 what, instead));
  }
}

bool follows_schedule(const CellSpec& spec) { return spec.step_rule != "constant" && spec.step_rule != "critical"; }

/// The exact solution is that of plain least squares.
void check_minimum_norm(const CellSpec& spec) {
  const TrainingRules& rules = spec.rules;
  refuse(rules.loss != LossKind::squared, "min_norm", "another loss than the squared one", "training.loss = squared");
  refuse(rules.momentum != 0, "min_norm", "training.momentum", "it to 0");
  refuse(rules.weight_decay != 0, "min_norm", "training.weight_decay", "it to 0");
  refuse(rules.batch != 0, "min_norm", "training.batch", "it to 0");
  refuse(rules.output_scale != 1, "min_norm", "model.output_scale", "it to 1");
  refuse(rules.centre != OutputCentre::none, "min_norm", "model.output_center", "it to none");
  refuse(follows_schedule(spec), "min_norm", "a training.step_rule, as it takes no steps", "it to constant");
}

void check_flow(const CellSpec& spec) {
  const TrainingRules& rules = spec.rules;
  refuse(rules.momentum != 0, "flow", "training.momentum", "it to 0");
  refuse(rules.batch != 0, "flow", "training.batch", "it to 0");
  refuse(spec.precision == Precision::float32, "flow", "training.precision = float32", "float64");
  refuse(follows_schedule(spec), "flow", "a training.step_rule, as step sizes are its unit of time", "it to constant");
}

void check_schedule(const CellSpec& spec) {
  const bool piecewise = spec.step_rule == "piecewise";
  if (!piecewise && !(spec.schedule_steps.empty() && spec.schedule_factors.empty())) {
    throw InputError(fmt::format(
        "training.schedule_steps and schedule_factors are for training.step_rule = piecewise, not {}", spec.step_rule));
  }
  if (piecewise && spec.schedule_steps.empty()) {
    throw InputError(
        "training.step_rule = piecewise needs training.schedule_steps and schedule_factors, such as [1000, 5000] and "
        "[0.1, 0.01]");
  }
  if (piecewise && spec.schedule_steps.size() != spec.schedule_factors.size()) {
    throw InputError(fmt::format("training.schedule_factors: {} factors for {} training.schedule_steps; give one each",
                                 spec.schedule_factors.size(), spec.schedule_steps.size()));
  }
  for (std::size_t i = 0; i < spec.schedule_steps.size(); ++i) {
    const double before = i == 0 ? 0 : spec.schedule_steps[i - 1];
    if (spec.schedule_steps[i] <= before || spec.schedule_steps[i] != std::floor(spec.schedule_steps[i])) {
      throw InputError(fmt::format("training.schedule_steps: {} does not follow {}; give whole steps in rising order",
                                   spec.schedule_steps[i], before));
    }
  }
  if (spec.schedule_floor != 0 && spec.step_rule != "cosine") {
    throw InputError(fmt::format("training.schedule_floor is for training.step_rule = cosine, not {}", spec.step_rule));
  }
}

void check_unit(const CellSpec& spec) {
  if (spec.step_unit != StepUnit::critical_infinite) return;
  const std::string unit = "training.step_unit = critical_infinite";
  if (spec.rules.loss != LossKind::squared)
    throw InputError(unit + " is known for the squared loss only; take critical");
  const std::string& initialization = spec.architecture.initialization;
  if (find_initialization(initialization).wide_limit == WideLimit::none) {
    throw InputError(
        fmt::format("{} needs an infinite-width limit, which model.initialization = {} does not have; take critical",
                    unit, initialization));
  }
}

/// The layers as they will be, with as many inputs and outputs as it takes to have them.
void check_rule(const CellSpec& spec) {
  const Network<double> shape{&find_activation(spec.architecture.activation),
                              spec.architecture.leaky_slope,
                              layer_rules(spec.architecture),
                              {},
                              {}};
  if (find_step_rule(spec.step_rule).scope != Scope::two_layer_linear) return;
  const std::string reason = outside_linear_theory(shape, spec.rules, spec.samples);
  if (reason.empty()) return;
  throw InputError(fmt::format("training.step_rule = {} is for two-layer linear networks: set {}; or use constant",
                               spec.step_rule, reason));
}

}  // namespace

void check_training(const CellSpec& spec) {
  check_unit(spec);
  if (spec.method == Method::minimum_norm) check_minimum_norm(spec);
  if (spec.method == Method::flow) check_flow(spec);
  check_schedule(spec);
  check_rule(spec);
  if (spec.step_rule == "du2018" && !(spec.rules.tolerance > 0)) {
    throw InputError(
        "training.step_rule = du2018: its steps follow from the loss to be reached; set training.tolerance above 0");
  }
}

}  // namespace ntksweep
