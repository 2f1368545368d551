#include "ntksweep/nn/training_form.hpp"

#include <algorithm>

#include "ntksweep/nn/trained_layers.hpp"

namespace ntksweep {

namespace {

bool is_full_batch(const TrainingRules& rules, Index samples) { return rules.batch == 0 || rules.batch >= samples; }

bool rotates(const std::vector<LayerRule>& layers, const Activation& activation, const TrainingRules& rules,
             Index samples) {
  const bool is_linear = layers.size() == 1 || activation.name == "linear";
  const bool has_bias = std::ranges::any_of(layers, &LayerRule::has_bias);
  const Index inputs = layers.front().fan_in;
  if (!is_linear || has_bias || rules.loss != LossKind::squared || !is_full_batch(rules, samples) ||
      samples <= inputs) {
    return false;
  }
  double weights = 0;
  for (std::size_t l = first_trained_layer(layers); l < layers.size(); ++l) {
    weights += static_cast<double>(layers[l].fan_in) * static_cast<double>(layers[l].fan_out);
  }
  const auto n = static_cast<double>(samples);
  const auto d = static_cast<double>(inputs);
  const auto steps = static_cast<double>(rules.max_steps);
  return steps * 4 * d * weights + 8 * n * d * d < steps * 4 * n * weights;
}

bool pays_dual(const LayerRule& layer, const TrainingRules& rules, Index samples) {
  const bool has_reference = rules.weight_decay != 0 && rules.toward == DecayToward::zero;
  if (layer.weight_rate == 0 || !is_full_batch(rules, samples) || has_reference ||
      rules.step_needs == StepNeeds::network) {
    return false;
  }
  const auto n = static_cast<double>(samples);
  const auto m = static_cast<double>(layer.fan_out);
  const auto d = static_cast<double>(layer.fan_in);
  const auto steps = static_cast<double>(rules.max_steps);
  return steps * 2 * n * n * m + n * n * d + 4 * n * m * d < steps * 4 * n * m * d;
}

}  // namespace

TrainingForm training_form(const std::vector<LayerRule>& layers, const Activation& activation,
                           const TrainingRules& rules, Index samples) {
  const bool rotated = rotates(layers, activation, rules, samples);
  const Index worked = rotated ? layers.front().fan_in : samples;
  const bool dual = pays_dual(layers[first_trained_layer(layers)], rules, worked);
  if (rotated) return dual ? TrainingForm::rotated_dual : TrainingForm::rotated;
  return dual ? TrainingForm::dual : TrainingForm::per_sample;
}

Index samples_in_training(TrainingForm form, const std::vector<LayerRule>& layers, Index samples) {
  return is_rotated(form) ? layers.front().fan_in : samples;
}

}  // namespace ntksweep
