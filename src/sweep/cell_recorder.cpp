#include "cell_recorder.hpp"

#include <cmath>
#include <limits>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

CellRecorder::CellRecorder(const Job& job, const SharedParts& shared, const Pace& pace, LinearMonitor* monitor)
    : shared_(shared),
      layout_(make_layout(selected_statistics(job), shared.extents)),
      kind_(kernel_kind(job)),
      kernel_every_(std::get<std::int64_t>(job.value("kernel_every"))),
      pace_(pace),
      monitor_(monitor),
      values_(layout_.size, std::numeric_limits<double>::quiet_NaN()) {}

Snapshot CellRecorder::snapshot(std::int64_t step, const Network<double>& network) {
  const Dataset& data = *shared_.data;
  const LossKind loss = shared_.spec.rules.loss;
  Activity<double> activity;
  forward(network, data.x, activity);
  Snapshot now{.data = data,
               .initial = shared_.initial,
               .network = network,
               .theory = shared_.theory,
               .step = step,
               .train_output = shared_.theory.train_output(std::move(activity.output)),
               .test_output = shared_.theory.test_output(predict(network, data.x_test)),
               .features = std::move(activity.hidden),
               .initial_kernel = shared_.initial_kernel ? &*shared_.initial_kernel : nullptr,
               .monitor = monitor_,
               .constant_step = pace_.constant,
               .dynamics = pace_.dynamics,
               .step_size_absolute = pace_.first,
               .step_size_critical = shared_.critical_step};
  const double train_loss = loss_value(loss, now.train_output, data.y);
  if (pace_.at && std::isfinite(train_loss)) now.step_size = pace_.at(step, train_loss);
  history_.push_back({step, train_loss, loss_value(loss, now.test_output, data.y_test),
                      classification_error(data.kind, now.test_output, data.y_test)});
  now.history = history_;
  if (monitor_ != nullptr) monitor_->look(network);
  return now;
}

void CellRecorder::measure(const Snapshot& snapshot, std::size_t slot) {
  for (const Field& field : layout_.fields) {
    const Taken taken = field.statistic->taken;
    if (taken == Taken::end && snapshot.outcome.status == Status::pending) continue;
    if (taken == Taken::kernel_checkpoint && snapshot.kernel == nullptr) continue;
    const std::size_t row = taken == Taken::end ? 0 : slot;
    field.statistic->measure(snapshot, std::span(values_).subspan(field.offset + row * field.columns, field.columns));
  }
}

void CellRecorder::record_start() {
  Snapshot start = snapshot(0, shared_.initial);
  start.kernel = start.initial_kernel;
  measure(start, 0);
}

void CellRecorder::record_checkpoint(std::size_t slot, std::int64_t step, const Network<double>& network) {
  Snapshot now = snapshot(step, network);
  std::optional<MeasuredKernel> kernel;
  if (kind_ && kernel_every_ > 0 && slot % static_cast<std::size_t>(kernel_every_) == 0) {
    kernel = measure_kernel(network, shared_.data->x, *kind_);
    now.kernel = &*kernel;
  }
  measure(now, slot);
}

void CellRecorder::record_end(const TrainingOutcome& outcome, const Network<double>& network) {
  Snapshot last = snapshot(outcome.steps, network);
  last.outcome = outcome;
  std::optional<MeasuredKernel> kernel;
  // A diverged network has no kernel worth the name, and often one that is not finite.
  if (kind_ && outcome.status != Status::diverged) {
    kernel = measure_kernel(network, shared_.data->x, *kind_);
    last.kernel = &*kernel;
  }
  measure(last, shared_.extents.checkpoints - 1);
}

}  // namespace ntksweep
