#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include "ntksweep/nn/training_rules.hpp"
#include "reference_network.hpp"

/// Gradient descent once more, in plain loops over explicit Jacobians.
namespace ntksweep::plain {

/// l'(F) of one sample, as the formula is written.
inline Vector loss_slope(LossKind kind, const Vector& output, const Vector& target) {
  if (kind == LossKind::squared) return output - target;
  Vector slope(output.size());
  double sum = 0;
  for (Index c = 0; c < output.size(); ++c) sum += std::exp(output(c));
  for (Index c = 0; c < output.size(); ++c) {
    slope(c) = kind == LossKind::logistic ? -target(c) / (1 + std::exp(target(c) * output(c)))
                                          : std::exp(output(c)) / sum - target(c);
  }
  return slope;
}

inline Vector trained_mask(const Network<double>& network) {
  return reference::rates(network).unaryExpr([](double rate) { return rate == 0 ? 0.0 : 1.0; });
}

/// c dL/dtheta / alpha^2 + w (theta - theta_ref) on the given samples (all of theta, by columns).
inline Vector descent_direction(const Network<double>& initial, const Network<double>& network, const Dataset& data,
                                const TrainingRules& rules, const std::vector<std::int64_t>& samples) {
  const double alpha = rules.output_scale;
  Vector g = Vector::Zero(parameter_count(network.layers));
  for (const auto i : samples) {
    const Matrix x = data.x.col(i);
    Vector output = reference::outputs(network, x);
    if (rules.centre == OutputCentre::initial) output -= reference::outputs(initial, x);
    const Vector slope = loss_slope(rules.loss, alpha * output, data.y.col(i));
    g += reference::jacobian(network, x).transpose() * (slope / alpha);
  }
  g = g.cwiseProduct(reference::rates(network)) / static_cast<double>(samples.size());
  Vector distance = reference::parameters(network);
  if (rules.toward == DecayToward::initial) distance -= reference::parameters(initial);
  return g + rules.weight_decay * distance.cwiseProduct(trained_mask(network));
}

/// v <- beta v - eta direction, theta <- theta + v; `samples(t)` says which step t uses.
inline Network<double> descend(const Network<double>& initial, const Dataset& data, const TrainingRules& rules,
                               double eta, std::int64_t steps,
                               const std::function<std::vector<std::int64_t>(std::int64_t)>& samples) {
  Network<double> network = initial;
  Vector velocity = Vector::Zero(parameter_count(network.layers));
  for (std::int64_t t = 0; t < steps; ++t) {
    velocity = rules.momentum * velocity - eta * descent_direction(initial, network, data, rules, samples(t));
    network = reference::with_parameters(network, reference::parameters(network) + velocity);
  }
  return network;
}

inline std::vector<std::int64_t> all_samples(Index n) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  return all;
}

}  // namespace ntksweep::plain
