#pragma once

#include "ntksweep/nn/training.hpp"

/// Plain full-batch gradient descent at one step size, as most tests want it.
namespace ntksweep::plain {

struct Limits {
  double step_size;
  std::int64_t max_steps;
  double tolerance;
};

template <class S>
TrainingOutcome train(Network<S>& network, const Dataset& data, const Limits& limits,
                      const std::vector<std::int64_t>& schedule, const CheckpointObserver& observe) {
  const TrainingRules rules{.max_steps = limits.max_steps, .tolerance = limits.tolerance};
  return ntksweep::train(network, data, rules, constant_step(limits.step_size), schedule, observe);
}

}  // namespace ntksweep::plain
