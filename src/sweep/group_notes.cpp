#include "ntksweep/sweep/group_notes.hpp"

#include "cell_seeds.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/ntk/initial_theory.hpp"
#include "ntksweep/ntk/step_rules.hpp"
#include "ntksweep/sweep/record.hpp"
#include "ntksweep/sweep/representatives.hpp"

namespace ntksweep {

namespace {

std::string linearised_needs(const CellSpec& spec) {
  if (spec.method == Method::minimum_norm) return "training.method = gd or flow";
  const auto reason = outside_linearised_model(spec.rules, spec.samples);
  if (!reason.empty() || spec.method == Method::flow) return reason;
  const bool varies = find_step_rule(spec.step_rule).course == StepCourse::varying;
  return varies ? "a training.step_rule with the same step throughout" : "";
}

std::string limit_needs(const CellSpec& spec) {
  const bool has = find_initialization(spec.architecture.initialization).wide_limit == WideLimit::gaussian;
  return has ? "" : "a model.initialization with an infinite-width limit, as gaussian";
}

std::string two_layer_needs(const CellSpec& spec) {
  const Network<double> shape{&find_activation(spec.architecture.activation),
                              spec.architecture.leaky_slope,
                              layer_rules(spec.architecture),
                              {},
                              {}};
  return outside_linear_theory(shape, spec.rules, spec.samples);
}

std::string risk_needs(const CellSpec& spec) {
  if (spec.method != Method::minimum_norm) return "training.method = min_norm";
  if (spec.data.source != "gaussian" || spec.data.teacher != "linear")
    return "data.source = gaussian and a linear teacher";
  if (spec.architecture.depth > 1) return "model.depth = 0 or 1";
  return spec.architecture.biases == Biases::none ? "" : "model.biases = none";
}

std::string needs(Group group, const CellSpec& spec) {
  switch (group) {
    case Group::linearised:
      return linearised_needs(spec);
    case Group::infinite:
      return limit_needs(spec);
    case Group::two_layer:
      return two_layer_needs(spec);
    case Group::risk:
      return risk_needs(spec);
    default:
      return {};
  }
}

bool matters(const Axis& axis) {
  const Setting& setting = settings()[axis.setting];
  return setting.key != "width" && setting.key != "step_size" && setting.key != "seed" &&
         !is_followed_seed(setting.key);
}

}  // namespace

std::vector<GroupNote> group_notes(const Job& job, const Grid& grid) {
  const auto numbers = representatives(grid, matters);
  std::vector<GroupNote> notes;
  for (const GroupInfo& row : statistic_groups()) {
    if (row.usual || !records_group(job, row.group)) continue;
    GroupNote note{std::string(row.name), {}, 0, numbers.size()};
    for (const std::uint64_t number : numbers) {
      const std::string lacking = needs(row.group, describe(grid.cell(number)));
      if (lacking.empty()) continue;
      if (note.missing++ == 0) note.needs = lacking;
    }
    if (note.missing > 0) notes.push_back(note);
  }
  return notes;
}

}  // namespace ntksweep
