#include "ntksweep/ntk/linearised_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ntksweep/ntk/kernel_eigenvectors.hpp"

namespace ntksweep {

namespace {

/// p_t = (1 - x)^t or exp(-x t) as a function of t; log1p keeps what is left of 1 - x for small x.
class Power {
 public:
  Power(double x, Dynamics dynamics)
      : base_(1 - x),
        is_exponential_(dynamics == Dynamics::flow || std::abs(x) < 0.5),
        rate_(dynamics == Dynamics::flow ? -x
              : is_exponential_          ? std::log1p(-x)
                                         : std::log(std::abs(base_))) {}

  double operator()(std::int64_t t) const {
    const auto steps = static_cast<double>(t);
    return is_exponential_ ? std::exp(rate_ * steps) : std::pow(base_, steps);
  }

  /// 1 - p_t.
  double missing(std::int64_t t) const {
    const auto steps = static_cast<double>(t);
    return is_exponential_ ? -std::expm1(rate_ * steps) : 1 - std::pow(base_, steps);
  }

  /// d ln|p_t| / dt.
  double rate() const { return rate_; }

 private:
  double base_;
  bool is_exponential_;
  double rate_;
};

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

double LinearisedModel::residual_factor(const Mode& mode, double power) const {
  if (decay_ == 0) return power;
  const double ridge = samples_ * decay_;
  return (ridge + scaled(power, mode.lambda)) / (mode.lambda + ridge);
}

Matrix LinearisedModel::residual_factors(const Moments& moments) const {
  Matrix factors(static_cast<Index>(moments.steps.size()), energy_.size());
  for (Index i = 0; i < factors.cols(); ++i) {
    const Mode m = mode(i, moments.eta);
    const Power power(m.x, moments.dynamics);
    for (Index j = 0; j < factors.rows(); ++j) {
      factors(j, i) = residual_factor(m, power(moments.steps[static_cast<std::size_t>(j)]));
    }
  }
  return factors;
}

/// Of the change of the outputs, phi_t with its sign.
Matrix LinearisedModel::change_factors(const Moments& moments) const {
  Matrix factors(static_cast<Index>(moments.steps.size()), energy_.size());
  for (Index i = 0; i < factors.cols(); ++i) {
    const Mode m = mode(i, moments.eta);
    const Power power(m.x, moments.dynamics);
    const double shifted = m.lambda + samples_ * decay_;
    for (Index j = 0; j < factors.rows(); ++j) {
      const std::int64_t t = moments.steps[static_cast<std::size_t>(j)];
      factors(j, i) = shifted == 0 ? -static_cast<double>(t) * moments.eta / samples_ : -power.missing(t) / shifted;
    }
  }
  return factors;
}

Vector LinearisedModel::train_losses(const Matrix& residual_factors) const {
  Vector sums = Vector::Zero(residual_factors.rows());
  for (Index i = 0; i < energy_.size(); ++i) {
    for (Index j = 0; j < sums.size(); ++j) {
      const double factor = residual_factors(j, i);
      sums(j) += scaled(factor * factor, energy_(i));
    }
  }
  return sums / (2 * samples_);
}

double LinearisedModel::train_loss(double eta, std::int64_t t, Dynamics dynamics) const {
  return train_losses(residual_factors({eta, dynamics, {&t, 1}}))(0);
}

/// factor o V^T r_0, (T columns()) x N: one row for each moment and right-hand side.
Matrix LinearisedModel::coefficients(Matrix factors) const {
  const Index width = columns();
  Matrix rows = width == 1 ? std::move(factors) : Matrix(factors.rows() * width, factors.cols());
  for (Index i = 0; i < rows.cols(); ++i) {
    for (Index row = 0; row < rows.rows(); ++row) {
      const double factor = width == 1 ? rows(row, i) : factors(row / width, i);
      rows(row, i) = scaled(factor, coefficients_(i, row % width));
    }
  }
  return rows;
}

Matrix LinearisedModel::train_residuals(Matrix residual_factors) const {
  return kernel_->vectors * coefficients(std::move(residual_factors)).transpose();
}

Matrix LinearisedModel::test_changes(const Matrix& test_projection, const Moments& moments) const {
  return test_projection * coefficients(change_factors(moments)).transpose();
}

Matrix LinearisedModel::at(const Matrix& all_moments, Index moment) const {
  return values_from_modes(all_moments.middleCols(moment * columns(), columns()), outputs_);
}

/// n dL/dt, for t >= 1: every term has the sign of its own growth, so that nothing cancels where the
/// loss itself would have to be compared with an equal one.
double LinearisedModel::loss_slope(double eta, std::int64_t t) const {
  double sum = 0;
  for (Index i = 0; i < energy_.size(); ++i) {
    const Mode m = mode(i, eta);
    const Power power(m.x, Dynamics::steps);
    const double p = power(t);
    if (p == 0 || energy_(i) == 0) continue;
    const double share = decay_ == 0 ? 1 : m.lambda / (m.lambda + samples_ * decay_);
    sum += energy_(i) * residual_factor(m, p) * share * p * power.rate();
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
