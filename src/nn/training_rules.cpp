#include "ntksweep/nn/training_rules.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

void require(bool fulfilled, std::string_view key, double value, std::string_view range) {
  if (!fulfilled) throw InputError(fmt::format("{}: must be {}, not {}", key, range, value));
}

void check_ranges(const TrainingRules& rules) {
  const double alpha = rules.output_scale;
  const double beta = rules.momentum;
  const double decay = rules.weight_decay;
  require(std::isfinite(alpha) && alpha > 0, "model.output_scale", alpha, "positive");
  require(beta >= 0 && beta < 1, "training.momentum", beta, "at least 0 and below 1");
  require(std::isfinite(decay) && decay >= 0, "training.weight_decay", decay, "at least 0");
  require(rules.batch >= 0, "training.batch", static_cast<double>(rules.batch), "at least 0 (0: all samples)");
}

std::string_view kind_name(TargetKind kind) {
  if (kind == TargetKind::regression) return "values";
  return kind == TargetKind::binary ? "two classes, +-1" : "one-hot classes";
}

}  // namespace

StepSize constant_step(double eta) {
  return [eta](std::int64_t, double) { return eta; };
}

Matrix model_output(const TrainingRules& rules, Matrix network_output, const Matrix& initial_output) {
  if (rules.centre == OutputCentre::initial) network_output -= initial_output;
  if (rules.output_scale != 1) network_output *= rules.output_scale;
  return network_output;
}

void check_rules(const TrainingRules& rules, TargetKind kind, Index outputs) {
  check_ranges(rules);
  if (rules.loss == LossKind::logistic && (kind != TargetKind::binary || outputs != 1)) {
    throw InputError(
        fmt::format("training.loss: logistic needs two classes as +-1 in one output, the targets are {} in {}; "
                    "set data.targets = sign, or use squared",
                    kind_name(kind), outputs));
  }
  if (rules.loss == LossKind::cross_entropy && (kind != TargetKind::multiclass || outputs < 2)) {
    throw InputError(
        fmt::format("training.loss: cross_entropy needs one-hot classes in two outputs or more, the targets are {} "
                    "in {}; set data.targets = onehot, or use {}",
                    kind_name(kind), outputs, kind == TargetKind::binary ? "logistic" : "squared"));
  }
}

}  // namespace ntksweep
