#include "ntksweep/nn/training.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/nn/mini_batches.hpp"
#include "progress.hpp"

namespace ntksweep {

namespace {

/// Where the loop stands, between two steps.
struct Position {
  std::int64_t step = 0;
  std::size_t slot = 0;  ///< of the schedule
  double loss = 0;       ///< that was looked at last
};

template <class Descent>
void leave_if_asked(const Continuation& continuation, const Position& at, const Progress& progress,
                    const Descent& descent) {
  if (continuation.slot == nullptr || !continuation.slot->is_asked()) return;
  continuation.leave([&](ByteWriter& state) {
    state.put(at);
    progress.save(state);
    descent.save(state);
  });
}

template <class Descent>
Position go_on(const Continuation& continuation, const std::vector<std::int64_t>& schedule, std::int64_t max_steps,
               Progress& progress, Descent& descent) {
  if (continuation.from == nullptr) return {};
  const auto at = continuation.from->get<Position>();
  if (at.step < 0 || at.step > max_steps || at.slot > schedule.size())
    throw std::logic_error("a state of no such step");
  progress.restore(*continuation.from);
  descent.restore(*continuation.from);
  continuation.from->finish();
  return at;
}

/// One loop for both: full-batch descent is due at every step.
template <class S, class Descent>
TrainingOutcome run(Descent descent, const MatrixOf<S>& y, Progress progress, std::int64_t max_steps,
                    const StepSize& step_size, const std::vector<std::int64_t>& schedule,
                    const CheckpointObserver& observe, const Continuation& continuation) {
  Position at = go_on(continuation, schedule, max_steps, progress, descent);
  auto& [step, slot, loss] = at;
  bool batch_finite = true;
  const MatrixOf<S> unneeded;
  const auto look = [&] {
    return progress.look(static_cast<double>(at.step), at.loss, progress.needs_output() ? descent.output() : unneeded,
                         y);
  };
  for (;; ++step) {
    leave_if_asked(continuation, at, progress, descent);
    const bool scheduled = slot < schedule.size() && schedule[slot] == step;
    if (scheduled || step == max_steps || descent.is_due()) {
      loss = descent.evaluate();
      if (look() != Status::pending) break;
      if (scheduled) {
        descent.synchronise();
        observe(slot++, step);
      }
    }
    batch_finite = std::isfinite(descent.step(step_size(step, loss)));
    if (!batch_finite) {
      loss = descent.evaluate();
      look();
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
                      const std::vector<std::int64_t>& schedule, const CheckpointObserver& observe,
                      const Continuation& continuation) {
  const MatrixOf<S> x = data.x.cast<S>();
  const MatrixOf<S> y = data.y.cast<S>();
  const Progress progress(data, rules);
  const TrainingForm form = training_form(network.layers, *network.activation, rules, x.cols());
  TrainingOutcome outcome = rules.batch > 0 && rules.batch < x.cols()
                                ? run(MiniBatchDescent<S>(network, x, y, rules), y, progress, rules.max_steps,
                                      step_size, schedule, observe, continuation)
                                : run(GradientDescent<S>(network, x, y, rules, form), y, progress, rules.max_steps,
                                      step_size, schedule, observe, continuation);
  outcome.form = form;
  return outcome;
}

template TrainingOutcome train(Network<double>&, const Dataset&, const TrainingRules&, const StepSize&,
                               const std::vector<std::int64_t>&, const CheckpointObserver&, const Continuation&);
template TrainingOutcome train(Network<float>&, const Dataset&, const TrainingRules&, const StepSize&,
                               const std::vector<std::int64_t>&, const CheckpointObserver&, const Continuation&);

}  // namespace ntksweep
