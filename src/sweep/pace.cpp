#include "pace.hpp"

#include "ntksweep/ntk/step_rules.hpp"

namespace ntksweep {

namespace {

/// The unit of grid.step_size is worked out only where the rule takes a step size from it.
StepRuleInput rule_input(const CellSpec& spec, const SharedParts& shared, std::function<Network<double>()> current) {
  const bool absolute = find_step_rule(spec.step_rule).meaning == StepMeaning::absolute;
  return {.rule = spec.step_rule,
          .base_step = absolute ? absolute_step(spec, shared) : 0,
          .factor = spec.step_size,
          .schedule_steps = {spec.schedule_steps.begin(), spec.schedule_steps.end()},
          .schedule_factors = spec.schedule_factors,
          .floor = spec.schedule_floor,
          .rules = shared.spec.rules,
          .initial = shared.initial,
          .x = shared.data->x,
          .y = shared.data->y,
          .current = std::move(current)};
}

}  // namespace

Pace make_pace(const CellSpec& spec, const SharedParts& shared, std::function<Network<double>()> current) {
  if (spec.method == Method::minimum_norm) return {};
  if (spec.method == Method::flow) {
    const double eta = absolute_step(spec, shared);
    return {constant_step(eta), eta, eta, Dynamics::flow};
  }
  Pace pace{.at = make_step_rule(rule_input(spec, shared, std::move(current)))};
  pace.first = pace.at(0, loss_value(spec.rules.loss, shared.theory.initial_output(), shared.data->y));
  if (find_step_rule(spec.step_rule).course == StepCourse::constant) pace.constant = pace.first;
  return pace;
}

std::optional<LinearMonitor> make_monitor(const Job& job, const CellSpec& spec, const SharedParts& shared) {
  const bool asked = records_group(job, Group::two_layer);
  if (!asked || spec.method != Method::gradient_descent || !shared.theory.two_layer()) return std::nullopt;
  return LinearMonitor(*shared.theory.two_layer());
}

}  // namespace ntksweep
