#include "ntksweep/ntk/linearised_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ntksweep/ntk/kernel_eigenvectors.hpp"

namespace ntksweep {

namespace {

/// p_t; log1p keeps what is left of 1 - x for small x.
double power(double x, std::int64_t t, Dynamics dynamics) {
  const auto steps = static_cast<double>(t);
  if (dynamics == Dynamics::flow) return std::exp(-x * steps);
  return std::abs(x) < 0.5 ? std::exp(steps * std::log1p(-x)) : std::pow(1 - x, steps);
}

/// 1 - p_t.
double one_minus_power(double x, std::int64_t t, Dynamics dynamics) {
  const auto steps = static_cast<double>(t);
  if (dynamics == Dynamics::flow) return -std::expm1(-x * steps);
  return std::abs(x) < 0.5 ? -std::expm1(steps * std::log1p(-x)) : 1 - std::pow(1 - x, steps);
}

/// 0 * infinity is 0: a mode without energy stays without.
double scaled(double factor, double coefficient) { return coefficient == 0 ? 0 : factor * coefficient; }

/// The first step in (low, high] where `holds`, which is false at low, true at high and changes once.
template <class Condition>
std::int64_t first_step(std::int64_t low, std::int64_t high, const Condition& holds) {
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::string outside_linearised_model(const TrainingRules& rules, Index samples) {
  if (rules.loss != LossKind::squared) return "training.loss = squared";
  if (rules.momentum != 0) return "training.momentum = 0";
  if (rules.batch > 0 && rules.batch < samples) return "training.batch = 0";
  if (rules.weight_decay != 0 && rules.toward != DecayToward::initial) return "training.decay_toward = initial";
  return {};
}

LinearisedModel::LinearisedModel(std::shared_ptr<const Eigensystem> kernel, const Matrix& residual,
                                 double decay_toward_initial)
    : kernel_(std::move(kernel)),
      outputs_(residual.rows()),
      samples_(static_cast<double>(residual.cols())),
      decay_(decay_toward_initial),
      floor_(eigenvalue_floor(kernel_->values)),
      coefficients_(mode_coefficients(*kernel_, residual)),
      energy_(coefficients_.rowwise().squaredNorm()) {}

LinearisedModel::Mode LinearisedModel::mode(Index i, double eta) const {
  const double value = kernel_->values(i);
  const double lambda = value > floor_ ? value : 0.0;
  return {lambda, eta * (lambda / samples_ + decay_)};
}

double LinearisedModel::residual_factor(const Mode& mode, std::int64_t t, Dynamics dynamics) const {
  const double p = power(mode.x, t, dynamics);
  if (decay_ == 0) return p;
  const double ridge = samples_ * decay_;
  return (ridge + scaled(p, mode.lambda)) / (mode.lambda + ridge);
}

double LinearisedModel::change_factor(const Mode& mode, double eta, std::int64_t t, Dynamics dynamics) const {
  const double shifted = mode.lambda + samples_ * decay_;
  if (shifted == 0) return static_cast<double>(t) * eta / samples_;
  return one_minus_power(mode.x, t, dynamics) / shifted;
}

double LinearisedModel::train_loss(double eta, std::int64_t t, Dynamics dynamics) const {
  double sum = 0;
  for (Index i = 0; i < energy_.size(); ++i) {
    const double factor = residual_factor(mode(i, eta), t, dynamics);
    sum += scaled(factor * factor, energy_(i));
  }
  return sum / (2 * samples_);
}

Matrix LinearisedModel::train_residual(double eta, std::int64_t t, Dynamics dynamics) const {
  Matrix modes = coefficients_;
  for (Index i = 0; i < modes.rows(); ++i) {
    const double factor = residual_factor(mode(i, eta), t, dynamics);
    for (double& value : modes.row(i)) value = scaled(factor, value);
  }
  return values_from_modes(kernel_->vectors * modes, outputs_);
}

Matrix LinearisedModel::test_change(const Matrix& test_projection, double eta, std::int64_t t,
                                    Dynamics dynamics) const {
  Matrix modes = coefficients_;
  for (Index i = 0; i < modes.rows(); ++i) {
    const double factor = -change_factor(mode(i, eta), eta, t, dynamics);
    for (double& value : modes.row(i)) value = scaled(factor, value);
  }
  return values_from_modes(test_projection * modes, outputs_);
}

/// n dL/dt, for t >= 1: every term has the sign of its own growth, so that nothing cancels where the
/// loss itself would have to be compared with an equal one.
double LinearisedModel::loss_slope(double eta, std::int64_t t) const {
  double sum = 0;
  for (Index i = 0; i < energy_.size(); ++i) {
    const Mode m = mode(i, eta);
    const double p = power(m.x, t, Dynamics::steps);
    if (p == 0 || energy_(i) == 0) continue;
    const double growth = std::abs(m.x) < 0.5 ? std::log1p(-m.x) : std::log(std::abs(1 - m.x));
    const double share = decay_ == 0 ? 1 : m.lambda / (m.lambda + samples_ * decay_);
    sum += energy_(i) * residual_factor(m, t, Dynamics::steps) * share * p * growth;
  }
  return sum;
}

/// The first step >= 1 from which on the loss does not fall, or max_steps.
std::int64_t LinearisedModel::turning_step(double eta, std::int64_t max_steps) const {
  return first_step(0, max_steps, [&](std::int64_t t) { return loss_slope(eta, t) >= 0; });
}

std::optional<LinearisedModel::Ending> LinearisedModel::predicted_end(double eta, double tolerance,
                                                                      double divergence_bound,
                                                                      std::int64_t max_steps) const {
  if (decay_ != 0 && mode(energy_.size() - 1, eta).x > 1) return std::nullopt;
  const auto loss = [&](std::int64_t t) { return train_loss(eta, t, Dynamics::steps); };
  const auto has_diverged = [&](std::int64_t t) { return !std::isfinite(loss(t)) || loss(t) > divergence_bound; };
  const auto has_converged = [&](std::int64_t t) { return loss(t) <= tolerance; };
  if (has_diverged(0)) return Ending{Status::diverged, 0};
  if (has_converged(0)) return Ending{Status::converged, 0};
  if (max_steps == 0) return Ending{Status::max_steps, 0};
  // The smallest loss of all is at `turn` or one step before it.
  const std::int64_t turn = turning_step(eta, max_steps);
  if (has_converged(turn - 1)) return Ending{Status::converged, first_step(0, turn - 1, has_converged)};
  if (has_converged(turn)) return Ending{Status::converged, turn};
  if (!has_diverged(max_steps)) return Ending{Status::max_steps, max_steps};
  return Ending{Status::diverged, first_step(0, max_steps, has_diverged)};
}

}  // namespace ntksweep
