#include "ntksweep/nn/gradient_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "dormand_prince.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/loss_gradient.hpp"
#include "progress.hpp"

namespace ntksweep {

namespace {

/// The trained parameters of a network as one vector, and the flow's right-hand side on it.
class FlowField {
 public:
  FlowField(Network<double>& network, const Dataset& data, const TrainingRules& rules, double eta)
      : network_(network),
        features_(frozen_features(network, data.x)),
        gradient_(network, {features_.size() > 0 ? features_ : data.x, data.y}, rules),
        rate_(eta),
        decay_(eta * rules.weight_decay),
        reference_(parameters()) {
    if (rules.toward == DecayToward::zero) reference_.setZero();
  }

  Vector parameters() const { return collect({network_.weights, network_.biases}, Factor::one); }

  /// -eta (c g + w (theta - theta_ref)); the network is left at theta, its loss in `loss`.
  Vector operator()(const Vector& theta) {
    assign(theta);
    loss_ = gradient_.evaluate();
    const double per_sample = -rate_ / static_cast<double>(gradient_.samples());
    Vector flow = per_sample * collect(gradient_.gradient(), Factor::of_gradient);
    if (decay_ != 0) flow -= decay_ * (theta - reference_);
    return flow;
  }

  double loss() const { return loss_; }
  const Matrix& output() const { return gradient_.output(); }

 private:
  /// of_gradient: c s or c beta, for the gradient as LossGradient leaves it.
  enum class Factor { one, of_gradient };

  Vector collect(const Parameters& values, Factor factor) const {
    Vector all(trained_parameter_count(network_.layers));
    Index first = 0;
    const auto append = [&](const auto& some, double rate, double scale) {
      if (rate == 0) return;
      all.segment(first, some.size()) = (factor == Factor::one ? 1.0 : rate * scale) * some.reshaped();
      first += some.size();
    };
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      const auto& layer = network_.layers[l];
      append(values.weights[l], layer.weight_rate, layer.scale);
      append(values.biases[l], layer.bias_rate, layer.bias_scale);
    }
    return all;
  }

  void assign(const Vector& theta) {
    Index first = 0;
    const auto take = [&](auto& values, double rate) {
      if (rate == 0) return;
      values.reshaped() = theta.segment(first, values.size());
      first += values.size();
    };
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      take(network_.weights[l], network_.layers[l].weight_rate);
      take(network_.biases[l], network_.layers[l].bias_rate);
    }
  }

  Network<double>& network_;
  Matrix features_;
  LossGradient<double> gradient_;
  double rate_;
  double decay_;
  Vector reference_;
  double loss_ = 0;
};

/// Error over what is allowed; NaN where anything is not finite. Where nothing moves it is 0.
double error_ratio(const DormandPrince& solver, const Vector& start, double h, double tolerance) {
  if (solver.error() == 0) return 0;
  const double moved = std::max((solver.candidate() - start).norm(), h * solver.slope().norm());
  return solver.error() / (tolerance * moved);
}

/// A trajectory can slide along a kink, where no step is short enough for the error estimate. There a
/// two-hundredth of a step of gradient descent is taken as it is, as long as the loss does not rise.
constexpr double shortest_at_kinks = 0.005;

bool is_acceptable(double ratio, double h, double shortest, double loss, double loss_before) {
  return ratio <= 1 || (h <= 1.001 * shortest && loss <= 1.001 * loss_before);
}

/// The usual controller of a fifth-order step; a NaN shortens it as much as anything does.
double next_length(double h, double ratio) {
  const double factor = 0.9 * std::pow(ratio, -0.2);
  return h * (std::isnan(factor) ? 0.2 : std::clamp(factor, 0.2, 5.0));
}

std::int64_t next_stop(double time, const std::vector<std::int64_t>& schedule, std::int64_t max_steps) {
  const auto later = std::ranges::find_if(schedule, [time](std::int64_t t) { return static_cast<double>(t) > time; });
  return later == schedule.end() ? max_steps : std::min(*later, max_steps);
}

/// Where the loop stands, between two Runge-Kutta steps.
struct Position {
  double time = 0;    ///< in steps of size eta
  double length = 1;  ///< of the next Runge-Kutta step
  std::size_t slot = 0;
  std::int64_t attempts = 0;
};

void leave_if_asked(const Continuation& continuation, const Position& at, const Progress& progress,
                    const Vector& theta) {
  if (continuation.slot == nullptr || !continuation.slot->is_asked()) return;
  continuation.leave([&](ByteWriter& state) {
    state.put(at);
    progress.save(state);
    state.put_span(std::span<const double>(theta.data(), static_cast<std::size_t>(theta.size())));
  });
}

std::int64_t most_attempts(std::int64_t max_steps) { return 200 * max_steps + 10000; }

/// No comparison holds for a NaN.
bool is_possible(const Position& at, std::int64_t max_steps, std::size_t slots) {
  return at.time >= 0 && at.time <= static_cast<double>(max_steps) && at.length > 0 && at.slot <= slots &&
         at.attempts >= 0 && at.attempts <= most_attempts(max_steps);
}

std::pair<Position, Vector> go_on(const Continuation& continuation, const std::vector<std::int64_t>& schedule,
                                  std::int64_t max_steps, Progress& progress, const Vector& start) {
  if (continuation.from == nullptr) return {{}, start};
  const auto at = continuation.from->get<Position>();
  if (!is_possible(at, max_steps, schedule.size())) throw std::logic_error("a state of no such time");
  progress.restore(*continuation.from);
  Vector theta(start.size());
  continuation.from->get_into(std::span<double>(theta.data(), static_cast<std::size_t>(theta.size())));
  continuation.from->finish();
  return {at, std::move(theta)};
}

}  // namespace

TrainingOutcome train_flow(Network<double>& network, const Dataset& data, const TrainingRules& rules, double eta,
                           double relative_tolerance, const std::vector<std::int64_t>& schedule,
                           const CheckpointObserver& observe, const Continuation& continuation) {
  FlowField field(network, data, rules, eta);
  const Vector start = field.parameters();
  Progress progress(data, rules);
  auto [at, theta] = go_on(continuation, schedule, rules.max_steps, progress, start);
  auto& [time, length, slot, attempts] = at;
  DormandPrince solver([&field](const Vector& y) { return field(y); }, std::move(theta));
  const std::int64_t bound = most_attempts(rules.max_steps);
  const double shortest = network.activation->smoothness == Smoothness::kinked ? shortest_at_kinks : 0;
  while (progress.look(time, field.loss(), field.output(), data.y) == Status::pending) {
    if (slot < schedule.size() && time == static_cast<double>(schedule[slot])) {
      observe(slot, schedule[slot]);
      ++slot;
    }
    const auto stop = static_cast<double>(next_stop(time, schedule, rules.max_steps));
    const double loss_before = field.loss();
    for (bool accepted = false; !accepted;) {
      if (++attempts > bound) {
        throw NumericalError(
            fmt::format("gradient flow: {} Runge-Kutta steps reached {} of {} steps of size {}; lower "
                        "training.max_steps or the step size, or raise training.flow_tolerance",
                        bound, time, rules.max_steps, eta));
      }
      const bool lands = time + 1.001 * length >= stop;
      const double h = lands ? stop - time : length;
      solver.attempt(h);
      const double ratio = error_ratio(solver, start, h, relative_tolerance);
      accepted = is_acceptable(ratio, h, shortest, field.loss(), loss_before);
      const double proposed = std::max(next_length(h, ratio), accepted || h > 1.001 * shortest ? shortest : 0);
      // A step cut short by a checkpoint says nothing against the length that was free.
      length = lands && accepted ? std::max(length, proposed) : proposed;
      if (accepted) time = lands ? stop : time + h;
    }
    solver.accept();
    leave_if_asked(continuation, at, progress, solver.state());
  }
  return progress.outcome();
}

}  // namespace ntksweep
