#include "ntksweep/ntk/linearised_course.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ntksweep {

namespace {

/// Right-hand sides of one product: 93 % of the rate of GEMM at N = 1024, where 16 have 71 %.
constexpr Index panel_columns = 64;

std::optional<Index> position(const std::vector<std::int64_t>& steps, std::int64_t t) {
  const auto found = std::ranges::lower_bound(steps, t);
  if (found == steps.end() || *found != t) return std::nullopt;
  return found - steps.begin();
}

}  // namespace

LinearisedCourse::LinearisedCourse(const InitialTheory& theory, double eta, std::vector<std::int64_t> schedule)
    : theory_(theory), eta_(eta), schedule_(std::move(schedule)) {}

const LinearisedModel* LinearisedCourse::model() const {
  return std::isfinite(eta_) && theory_.linearised() ? &*theory_.linearised() : nullptr;
}

std::vector<std::int64_t> LinearisedCourse::panel_steps(std::int64_t t) const {
  const auto slot = position(schedule_, t);
  if (!slot) return {t};
  const Index width = std::max<Index>(1, panel_columns / model()->columns());
  const Index begin = *slot / width * width;
  const Index end = std::min(begin + width, static_cast<Index>(schedule_.size()));
  return {schedule_.begin() + begin, schedule_.begin() + end};
}

/// A panel that holds t is the one that would be formed for it: scheduled steps and others never share one.
LinearisedCourse::Place LinearisedCourse::place(std::int64_t t, Dynamics dynamics) const {
  Panel& panel = dynamics == Dynamics::steps ? of_steps_ : of_flow_;
  if (const auto moment = position(panel.steps, t)) return {panel, *moment};
  panel = {panel_steps(t), {}, {}, {}, {}};
  return {panel, *position(panel.steps, t)};
}

void LinearisedCourse::form_losses(Panel& panel, Dynamics dynamics) const {
  if (panel.losses) return;
  panel.factors = model()->residual_factors(moments(panel, dynamics));
  panel.losses = model()->train_losses(*panel.factors);
}

double LinearisedCourse::train_loss(std::int64_t t, Dynamics dynamics) const {
  const auto [panel, moment] = place(t, dynamics);
  form_losses(panel, dynamics);
  return (*panel.losses)(moment);
}

Matrix LinearisedCourse::train_residual(std::int64_t t, Dynamics dynamics) const {
  const auto [panel, moment] = place(t, dynamics);
  if (!panel.residuals) {
    form_losses(panel, dynamics);
    panel.residuals = model()->train_residuals(std::move(*panel.factors));
    panel.factors.reset();
  }
  return model()->at(*panel.residuals, moment);
}

Matrix LinearisedCourse::test_output(std::int64_t t, Dynamics dynamics) const {
  const auto [panel, moment] = place(t, dynamics);
  if (!panel.test_changes) {
    panel.test_changes = model()->test_changes(theory_.test_projection(), moments(panel, dynamics));
  }
  return theory_.initial_test_output() + model()->at(*panel.test_changes, moment);
}

}  // namespace ntksweep
