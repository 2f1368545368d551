#include <stdexcept>
#include <string>
#include <utility>

#include "cell_seeds.hpp"
#include "ntksweep/ntk/step_rules.hpp"
#include "ntksweep/sweep/cell.hpp"

namespace ntksweep {

namespace {

/// The enumerator that a choice names; the settings table has let no other name through.
template <class Enum>
Enum chosen(const Cell& cell, std::string_view key, std::initializer_list<std::pair<std::string_view, Enum>> names) {
  const std::string& text = cell.text(key);
  for (const auto& [name, enumerator] : names) {
    if (name == text) return enumerator;
  }
  throw std::logic_error("the program knows no " + std::string(key) + " '" + text + "'");
}

std::uint64_t seed_of(const Cell& cell, std::string_view key) {
  return static_cast<std::uint64_t>(resolved_seed(cell, key));
}

Architecture architecture_of(const Cell& cell) {
  Architecture architecture;
  architecture.width = cell.integer("width");
  architecture.depth = cell.integer("depth");
  architecture.activation = cell.text("activation");
  architecture.leaky_slope = cell.real("leaky_slope");
  architecture.parametrization = cell.text("parametrization");
  architecture.biases =
      chosen<Biases>(cell, "biases", {{"none", Biases::none}, {"hidden", Biases::hidden}, {"all", Biases::all}});
  architecture.trained = chosen<Trained>(cell, "train", {{"all", Trained::all}, {"output", Trained::output}});
  architecture.initialization = cell.text("initialization");
  architecture.sigma_w = cell.real("sigma_w");
  architecture.sigma_b = cell.real("sigma_b");
  architecture.init_scale = cell.real("init_scale");
  architecture.bias_init_scale = cell.real("bias_init_scale");
  architecture.layer_init_scale = cell.reals("layer_init_scale");
  architecture.imbalance = cell.real("imbalance");
  return architecture;
}

TrainingRules rules_of(const Cell& cell) {
  TrainingRules rules;
  rules.loss = find_loss(cell.text("loss")).kind;
  rules.output_scale = cell.real("output_scale");
  rules.centre =
      chosen<OutputCentre>(cell, "output_center", {{"none", OutputCentre::none}, {"initial", OutputCentre::initial}});
  rules.momentum = cell.real("momentum");
  rules.weight_decay = cell.real("weight_decay");
  rules.toward =
      chosen<DecayToward>(cell, "decay_toward", {{"zero", DecayToward::zero}, {"initial", DecayToward::initial}});
  rules.batch = cell.integer("batch");
  rules.seed_batch = seed_of(cell, "seed_batch");
  rules.max_steps = cell.integer("max_steps");
  rules.tolerance = cell.real("tolerance");
  rules.step_needs = find_step_rule(cell.text("step_rule")).needs;
  return rules;
}

DataConfig data_of(const Cell& cell) {
  DataConfig data;
  data.source = cell.text("source");
  data.path = cell.text("path");
  data.labels_path = cell.text("labels_path");
  data.test_path = cell.text("test_path");
  data.test_labels_path = cell.text("test_labels_path");
  data.inputs_name = cell.text("inputs_name");
  data.labels_name = cell.text("labels_name");
  data.label_column = cell.integer("label_column");
  data.input_dim = cell.integer("input_dim");
  data.outputs = cell.integer("outputs");
  data.teacher = cell.text("teacher");
  data.teacher_width = cell.integer("teacher_width");
  data.teacher_activation = cell.text("teacher_activation");
  data.label_noise = cell.real("label_noise");
  data.targets = cell.text("targets");
  data.classes = cell.reals("classes");
  data.positive = cell.reals("positive");
  data.center = cell.text("center");
  data.scale = cell.text("scale");
  data.pool = cell.integer("pool");
  data.test_samples = cell.integer("test_samples");
  data.seed_data = seed_of(cell, "seed_data");
  data.seed_noise = seed_of(cell, "seed_noise");
  data.seed_teacher = seed_of(cell, "seed_teacher");
  data.seed_test = seed_of(cell, "seed_test");
  return data;
}

}  // namespace

CellSpec describe(const Cell& cell) {
  return {
      .architecture = architecture_of(cell),
      .data = data_of(cell),
      .samples = cell.integer("samples"),
      .seed_init = seed_of(cell, "seed_init"),
      .init_path = cell.text("init_path"),
      .init_state =
          chosen<StoredState>(cell, "init_state", {{"end", StoredState::end}, {"initial", StoredState::initial}}),
      .method = chosen<Method>(
          cell, "method",
          {{"gd", Method::gradient_descent}, {"min_norm", Method::minimum_norm}, {"flow", Method::flow}}),
      .rules = rules_of(cell),
      .step_size = cell.real("step_size"),
      .step_unit = chosen<StepUnit>(cell, "step_unit",
                                    {{"absolute", StepUnit::absolute},
                                     {"critical", StepUnit::critical},
                                     {"critical_infinite", StepUnit::critical_infinite}}),
      .step_rule = cell.text("step_rule"),
      .schedule_steps = cell.reals("schedule_steps"),
      .schedule_factors = cell.reals("schedule_factors"),
      .schedule_floor = cell.real("schedule_floor"),
      .flow_tolerance = cell.real("flow_tolerance"),
      .precision =
          chosen<Precision>(cell, "precision", {{"float64", Precision::float64}, {"float32", Precision::float32}}),
      .threads = static_cast<int>(cell.integer("threads")),
  };
}

}  // namespace ntksweep
