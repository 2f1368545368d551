#include <array>

#include "ntksweep/ntk/sharpness.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

/// n dL/df and its derivative at this moment, of the loss over alpha^2 that training descends.
OutputDerivatives derivatives(const Snapshot& s) {
  const TrainingRules& rules = s.theory.rules();
  const Loss& loss = loss_row(rules.loss);
  return {loss_signal(rules.loss, s.train_output, s.data.y) / rules.output_scale,
          [&loss, &output = s.train_output](const Matrix& v) { return loss.curvature(output, v); }};
}

/// NaN where the network is not finite.
double of(const Snapshot& s) {
  if (!s.sharpness) {
    s.sharpness = s.train_output.allFinite()
                      ? sharpness(s.network, s.data.x, derivatives(s), s.theory.rules().weight_decay)
                      : std::numeric_limits<double>::quiet_NaN();
  }
  return *s.sharpness;
}

void largest(const Snapshot& s, Out out) { out[0] = of(s); }

/// The limit is 2 (1 + beta) with momentum beta.
void ratio(const Snapshot& s, Out out) {
  if (s.dynamics == Dynamics::steps) out[0] = of(s) * s.step_size / (2 * (1 + s.theory.rules().momentum));
}

constexpr std::string_view cohen = "Cohen et al. 2021, arXiv:2103.00065";

constexpr std::array table{
    Statistic{"sharpness", Group::sharpness, Taken::every_checkpoint, Shape::scalar, Number::real, "1",
              "largest eigenvalue of the Hessian of the training loss, learning-rate factors and decay included",
              "lambda_max(C^{1/2} H C^{1/2} + w)", cohen, largest},
    Statistic{"sharpness_ratio", Group::sharpness, Taken::every_checkpoint, Shape::scalar, Number::real, "1",
              "sharpness over the limit of stability; 1 at the edge of stability",
              "sharpness eta / 2, with momentum beta sharpness eta / (2 (1 + beta))", cohen, ratio},
};

}  // namespace

std::span<const Statistic> sharpness_statistics() { return table; }

}  // namespace ntksweep
