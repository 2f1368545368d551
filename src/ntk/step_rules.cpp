#include "ntksweep/ntk/step_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

StepSize given(const StepRuleInput& input) { return constant_step(input.base_step); }

void check_schedule(const StepRuleInput& input) {
  const auto& steps = input.schedule_steps;
  if (steps.size() != input.schedule_factors.size()) {
    throw InputError(fmt::format("training.schedule_factors: {} factors for {} training.schedule_steps; give one each",
                                 input.schedule_factors.size(), steps.size()));
  }
  if (std::ranges::adjacent_find(steps, std::greater_equal{}) != steps.end() || (!steps.empty() && steps[0] < 1)) {
    throw InputError("training.schedule_steps: must be increasing and at least 1");
  }
}

StepSize piecewise(const StepRuleInput& input) {
  check_schedule(input);
  return [steps = input.schedule_steps, factors = input.schedule_factors, eta = input.base_step](std::int64_t step,
                                                                                                 double) {
    const auto passed = static_cast<std::size_t>(std::ranges::upper_bound(steps, step) - steps.begin());
    return passed == 0 ? eta : eta * factors[passed - 1];
  };
}

StepSize cosine(const StepRuleInput& input) {
  const auto last = static_cast<double>(std::max<std::int64_t>(input.rules.max_steps, 1));
  return [last, eta = input.base_step, floor = input.floor](std::int64_t step, double) {
    const double phase = std::numbers::pi * std::min(static_cast<double>(step) / last, 1.0);
    return eta * (floor + (1 - floor) * 0.5 * (1 + std::cos(phase)));
  };
}

/// The theory of the cell with the factor in front of its steps.
struct Scaled {
  LinearTheory theory;
  double factor;

  double step(double eta) const { return factor * theory.problem.our_step(eta); }
  double loss(double our_loss) const { return std::max(theory.problem.loss(our_loss), 0.0); }
};

Scaled scaled_theory(const StepRuleInput& input) {
  return {linear_theory(input.initial, input.x, input.y, input.rules), input.factor};
}

double positive(double eta, const StepRuleInput& input) {
  if (eta > 0) return eta;
  throw NumericalError(
      fmt::format("training.step_rule = {}: its theorem allows no step at this initialization (both the imbalance and "
                  "the margin p_1 count for nothing here); a wider network or a smaller initial output helps",
                  input.rule));
}

StepSize xu(const StepRuleInput& input) {
  const Scaled scaled = scaled_theory(input);
  return constant_step(scaled.step(positive(scaled.theory.largest_step, input)));
}

StepSize xu_adaptive(const StepRuleInput& input) {
  const Scaled scaled = scaled_theory(input);
  positive(scaled.theory.largest_step, input);
  return [scaled](std::int64_t, double loss) {
    return scaled.step(best_step(scaled.theory.constants, scaled.theory.largest_step, scaled.loss(loss)));
  };
}

/// 1 / K_t at a network and its loss, in the paper's units.
double local_bound(const Scaled& scaled, const Network<double>& network, double loss) {
  const LinearTheory& theory = scaled.theory;
  return local_step(theory.constants, linear_geometry(linear_weights(theory.problem, network)), loss);
}

StepSize local_pl(const StepRuleInput& input) {
  return [scaled = scaled_theory(input), current = input.current](std::int64_t, double loss) {
    return scaled.step(local_bound(scaled, current(), scaled.loss(loss)));
  };
}

StepSize local_pl_capped(const StepRuleInput& input) {
  const Scaled scaled = scaled_theory(input);
  const double first = local_bound(scaled, input.initial, scaled.theory.constants.initial_loss);
  return [scaled, first, current = input.current](std::int64_t step, double loss) {
    const double cap = first * std::exp(0.5 * static_cast<double>(step) * std::log1p(first * first));
    return scaled.step(std::min(cap, local_bound(scaled, current(), scaled.loss(loss))));
  };
}

StepSize arora(const StepRuleInput& input) {
  const Scaled scaled = scaled_theory(input);
  return constant_step(scaled.step(positive(arora_step(scaled.theory.constants), input)));
}

StepSize du(const StepRuleInput& input) {
  if (!(input.rules.tolerance > 0)) {
    throw InputError(
        "training.step_rule = du2018: its steps follow from the loss to be reached; set training.tolerance above 0");
  }
  const Scaled scaled = scaled_theory(input);
  const double target = scaled.theory.problem.samples * input.rules.tolerance /
                        (scaled.theory.problem.scale * scaled.theory.problem.scale);
  return [scaled, target](std::int64_t step, double) {
    return scaled.step(du_step(scaled.theory.constants, target, static_cast<double>(step)));
  };
}

constexpr auto absolute = StepMeaning::absolute;
constexpr auto factor = StepMeaning::factor;
constexpr auto linear = Scope::two_layer_linear;
constexpr auto constant = StepCourse::constant;
constexpr auto varying = StepCourse::varying;

constexpr std::array<StepRule, 10> table{{
    {"constant", "eta", "", absolute, Scope::any, constant, StepNeeds::loss, given},
    {"critical", "eta, given in units of 2 n / lambda_max(K_0)", "", absolute, Scope::any, constant, StepNeeds::loss,
     given},
    {"xu2023", "eta_max of the convergence theorem for two-layer linear networks", "Xu et al., AISTATS 2023", factor,
     linear, constant, StepNeeds::loss, xu},
    {"xu2023_adaptive", "eta_t = argmin f(eta, L(t)) over eta <= eta_max", "Xu et al., AISTATS 2023", factor, linear,
     varying, StepNeeds::loss, xu_adaptive},
    {"local_pl", "eta_t = 1 / K_t, K_t the local smoothness", "Xu et al., TMLR 2025", factor, linear, varying,
     StepNeeds::network, local_pl},
    {"local_pl_capped", "eta_t = min((1 + eta_0^2)^{t/2} eta_0, 1 / K_t), eta_0 = 1 / K_0", "Xu et al., TMLR 2025",
     factor, linear, varying, StepNeeds::network, local_pl_capped},
    {"arora2018", "p_1^3 / (6144 8 |Y|_F^4)", "Arora et al., ICLR 2019 (arXiv 2018)", factor, linear, constant,
     StepNeeds::loss, arora},
    {"du2018", "sqrt(n tolerance / rank Y) / (100 (t + 1) |Y|_F^{3/2})", "Du, Hu, Lee, NeurIPS 2018", factor, linear,
     varying, StepNeeds::loss, du},
    {"piecewise", "eta times the factor of the last of schedule_steps that is reached", "", absolute, Scope::any,
     varying, StepNeeds::loss, piecewise},
    {"cosine", "eta (q + (1 - q) (1 + cos(pi t / max_steps)) / 2), q the floor", "Loshchilov, Hutter, ICLR 2017",
     absolute, Scope::any, varying, StepNeeds::loss, cosine},
}};

}  // namespace

std::span<const StepRule> step_rules() { return table; }

const StepRule& find_step_rule(std::string_view name) {
  if (const auto* row = find_named(step_rules(), name)) return *row;
  throw InputError(fmt::format("training.step_rule: no rule is called '{}'; choose one of {}", name,
                               fmt::join(names_of(step_rules()), ", ")));
}

StepSize make_step_rule(const StepRuleInput& input) {
  const StepRule& rule = find_step_rule(input.rule);
  if (rule.scope == Scope::two_layer_linear) {
    if (const auto reason = outside_linear_theory(input.initial, input.rules, input.x.cols()); !reason.empty()) {
      throw InputError(fmt::format("training.step_rule = {} is for two-layer linear networks: set {}; or use constant",
                                   rule.name, reason));
    }
  }
  return rule.make(input);
}

}  // namespace ntksweep
