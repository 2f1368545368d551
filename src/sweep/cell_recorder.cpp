#include "cell_recorder.hpp"

#include <limits>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

CellRecorder::CellRecorder(const Job& job, const SharedParts& shared)
    : shared_(shared),
      layout_(make_layout(selected_statistics(job), shared.extents)),
      kind_(kernel_kind(job)),
      kernel_every_(std::get<std::int64_t>(job.value("kernel_every"))),
      values_(layout_.size, std::numeric_limits<double>::quiet_NaN()) {}

Snapshot CellRecorder::snapshot(std::int64_t step, const Network<double>& network) const {
  const Dataset& data = *shared_.data;
  return {.data = data,
          .initial = shared_.initial,
          .network = network,
          .step = step,
          .train_output = predict(network, data.x),
          .test_output = predict(network, data.x_test),
          .initial_kernel = shared_.initial_kernel ? &*shared_.initial_kernel : nullptr};
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

void CellRecorder::record_end(const TrainingOutcome& outcome, double step_size, const Network<double>& network) {
  Snapshot last = snapshot(outcome.steps, network);
  last.outcome = outcome;
  last.step_size_absolute = step_size;
  last.step_size_critical = shared_.critical_step;
  std::optional<MeasuredKernel> kernel;
  // A diverged network has no kernel worth the name, and often one that is not finite.
  if (kind_ && outcome.status != Status::diverged) {
    kernel = measure_kernel(network, shared_.data->x, *kind_);
    last.kernel = &*kernel;
  }
  measure(last, shared_.extents.checkpoints - 1);
}

}  // namespace ntksweep
