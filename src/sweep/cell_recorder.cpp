#include "cell_recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

CellRecorder::CellRecorder(const Job& job, const SharedParts& shared, const Pace& pace,
                           std::vector<std::int64_t> schedule, LinearMonitor* monitor)
    : shared_(shared),
      layout_(make_layout(selected_statistics(job), shared.extents)),
      kernel_every_(std::get<std::int64_t>(job.value("kernel_every"))),
      pace_(pace),
      monitor_(monitor),
      linearised_(shared.theory, pace.constant, std::move(schedule)),
      values_(layout_.size, std::numeric_limits<double>::quiet_NaN()) {}

Snapshot CellRecorder::snapshot(std::int64_t step, const Network<double>& network, Outputs outputs) {
  const Dataset& data = *shared_.data;
  const LossKind loss = shared_.spec.rules.loss;
  const auto& initial_kernel = shared_.start.kernel;
  Snapshot now{.data = data,
               .initial = shared_.initial,
               .network = network,
               .theory = shared_.theory,
               .step = step,
               .train_output = std::move(outputs.train),
               .test_output = std::move(outputs.test),
               .initial_kernel = initial_kernel ? &*initial_kernel : nullptr,
               .monitor = monitor_,
               .linearised = &linearised_,
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

/// The outputs and the kernel of a moment come from one forward pass.
void CellRecorder::record(const Moment& moment, const Network<double>& network) {
  const Dataset& data = *shared_.data;
  Matrix test_output = predict(network, data.x_test);
  Activity<double> activity;
  forward(network, data.x, activity);
  Snapshot now = snapshot(
      moment.step, network,
      {shared_.theory.train_output(std::move(activity.output)), shared_.theory.test_output(std::move(test_output))});
  now.outcome = moment.outcome;
  std::optional<MeasuredKernel> kernel;
  if (moment.has_kernel) {
    kernel = measured_kernel(shared_.kernels, shared_.inputs(), network, activity);
    now.kernel = &*kernel;
  }
  if (shared_.kernels.keeps_features) now.features = std::move(activity.hidden);
  activity = {};
  measure(now, moment.slot);
}

void CellRecorder::record_start() {
  const InitialTheory& theory = shared_.theory;
  Snapshot start = snapshot(0, shared_.initial, {theory.initial_output(), theory.initial_test_output()});
  if (shared_.kernels.keeps_features) start.features = theory.features();
  start.kernel = start.initial_kernel;
  measure(start, 0);
}

void CellRecorder::record_checkpoint(std::size_t slot, std::int64_t step, const Network<double>& network) {
  const bool is_due = kernel_every_ > 0 && slot % static_cast<std::size_t>(kernel_every_) == 0;
  record({slot, step, takes_kernels() && is_due}, network);
}

void CellRecorder::record_end(const TrainingOutcome& outcome, const Network<double>& network) {
  // A diverged network has no kernel worth the name, and often one that is not finite.
  const bool has_kernel = takes_kernels() && outcome.status != Status::diverged;
  record({shared_.extents.checkpoints - 1, outcome.steps, has_kernel, outcome}, network);
}

void CellRecorder::save(ByteWriter& out) const {
  out.put_span(std::span<const double>(values_));
  out.put_span(std::span<const Look>(history_));
  if (monitor_ != nullptr) monitor_->save(out);
}

void CellRecorder::restore(ByteReader& in) {
  in.get_into(std::span<double>(values_));
  history_ = in.get_vector<Look>();
  constexpr std::int64_t most_steps = std::int64_t{1} << 53U;  // beyond that no double tells them apart
  const auto is_possible = [](const Look& look) { return look.step >= 0 && look.step <= most_steps; };
  if (!std::ranges::all_of(history_, is_possible)) throw std::logic_error("a state of no such checkpoint");
  if (monitor_ != nullptr) monitor_->restore(in);
}

}  // namespace ntksweep
