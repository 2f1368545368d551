#include "ntksweep/nn/training.hpp"

#include <cmath>

#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/nn/mini_batches.hpp"
#include "progress.hpp"

namespace ntksweep {

namespace {

/// One loop for both: full-batch descent is due at every step.
template <class S, class Descent>
TrainingOutcome run(Descent descent, const MatrixOf<S>& y, Progress progress, std::int64_t max_steps,
                    const StepSize& step_size, const std::vector<std::int64_t>& schedule,
                    const CheckpointObserver& observe) {
  double loss = 0;
  bool batch_finite = true;
  std::size_t slot = 0;
  const MatrixOf<S> unneeded;
  const auto look = [&](std::int64_t step) {
    return progress.look(static_cast<double>(step), loss, progress.needs_output() ? descent.output() : unneeded, y);
  };
  for (std::int64_t step = 0;; ++step) {
    const bool scheduled = slot < schedule.size() && schedule[slot] == step;
    if (scheduled || step == max_steps || descent.is_due()) {
      loss = descent.evaluate();
      if (look(step) != Status::pending) break;
      if (scheduled) {
        descent.synchronise();
        observe(slot++, step);
      }
    }
    batch_finite = std::isfinite(descent.step(step_size(step, loss)));
    if (!batch_finite) {
      loss = descent.evaluate();
      look(step);
      break;
    }
  }
  descent.synchronise();
  TrainingOutcome outcome = progress.outcome();
  if (!batch_finite) outcome.status = Status::diverged;
  return outcome;
}

}  // namespace

template <class S>
TrainingOutcome train(Network<S>& network, const Dataset& data, const TrainingRules& rules, const StepSize& step_size,
                      const std::vector<std::int64_t>& schedule, const CheckpointObserver& observe) {
  const MatrixOf<S> x = data.x.cast<S>();
  const MatrixOf<S> y = data.y.cast<S>();
  const Progress progress(data, rules);
  const TrainingForm form = training_form(network.layers, *network.activation, rules, x.cols());
  TrainingOutcome outcome =
      rules.batch > 0 && rules.batch < x.cols()
          ? run(MiniBatchDescent<S>(network, x, y, rules), y, progress, rules.max_steps, step_size, schedule, observe)
          : run(GradientDescent<S>(network, x, y, rules, form), y, progress, rules.max_steps, step_size, schedule,
                observe);
  outcome.form = form;
  return outcome;
}

template TrainingOutcome train(Network<double>&, const Dataset&, const TrainingRules&, const StepSize&,
                               const std::vector<std::int64_t>&, const CheckpointObserver&);
template TrainingOutcome train(Network<float>&, const Dataset&, const TrainingRules&, const StepSize&,
                               const std::vector<std::int64_t>&, const CheckpointObserver&);

}  // namespace ntksweep
