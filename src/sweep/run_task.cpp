#include "ntksweep/sweep/run_task.hpp"

#include <cblas.h>

#include <chrono>
#include <cmath>
#include <new>

#include "cell_recorder.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

double absolute_step(const CellSpec& spec, const SharedParts& shared) {
  if (spec.step_unit == StepUnit::absolute) return spec.step_size;
  if (!std::isfinite(shared.critical_step) || shared.critical_step <= 0) {
    throw NumericalError(
        "critical step size: the kernel at initialization has no positive eigenvalue; "
        "training.step_unit = \"absolute\" does not need one");
  }
  return spec.step_size * shared.critical_step;
}

/// Trains a copy of the initial network; `observed_s` is the time that the observer took.
struct Trained {
  Network<double> network;
  TrainingOutcome outcome;
  double observed_s = 0;
};

template <class S>
Trained descend(const Job& job, const CellSpec& spec, const SharedParts& shared, double step_size,
                CellRecorder& recorder) {
  Network<S> network = cast<S>(shared.initial);
  double observed = 0;
  const auto observe = [&](std::size_t slot, std::int64_t step) {
    if (slot == 0) return;
    const Stopwatch watch;
    recorder.record_checkpoint(slot, step, cast<double>(network));
    observed += watch.seconds();
  };
  TrainingRules rules;
  rules.max_steps = spec.max_steps;
  rules.tolerance = spec.tolerance;
  const auto outcome = train(network, *shared.data, rules, constant_step(step_size), cell_schedule(job, spec), observe);
  return {cast<double>(network), outcome, observed};
}

Trained solve(const CellSpec& spec, const SharedParts& shared) {
  Network<double> network = shared.initial;
  const auto outcome = solve_minimum_norm(network, *shared.data, spec.tolerance);
  return {std::move(network), outcome};
}

Trained train_cell(const Job& job, const CellSpec& spec, const SharedParts& shared, double step_size,
                   CellRecorder& recorder) {
  if (spec.method == Method::minimum_norm) return solve(spec, shared);
  if (spec.precision == Precision::float32) return descend<float>(job, spec, shared, step_size, recorder);
  return descend<double>(job, spec, shared, step_size, recorder);
}

void run_cell(const Job& job, const CellSpec& spec, const SharedParts& shared, CellRun& run) {
  CellRecorder recorder(job, shared);
  recorder.record_start();
  const double step_size = absolute_step(spec, shared);
  const Stopwatch watch;
  Trained trained = train_cell(job, spec, shared, step_size, recorder);
  run.record.training_s = watch.seconds() - trained.observed_s;
  recorder.record_end(trained.outcome, step_size, trained.network);
  run.record.status = trained.outcome.status;
  run.record.values = std::move(recorder).take_values();
  run.data = shared.data;
  run.initial = shared.initial;
  run.trained = std::move(trained.network);
}

void fail(const Job& job, const DataPool& data, const CellSpec& spec, std::string message, Record& record) {
  const Extents extents = cell_extents(job, spec, data_shape(spec.data, data.of(spec.data)));
  record.status = Status::failed;
  record.message = std::move(message);
  record.values.assign(make_layout(selected_statistics(job), extents).size, std::nan(""));
}

}  // namespace

void run_task(const Job& job, const Grid& grid, const DataPool& data, std::span<const std::uint64_t> cells,
              const std::function<void(CellRun&&)>& commit) {
  std::optional<SharedParts> shared;
  for (const std::uint64_t number : cells) {
    const Stopwatch watch;
    const Cell cell = grid.cell(number);
    const CellSpec spec = describe(cell);
    CellRun run{};
    run.record.cell = number;
    run.record.key = cell_key(cell, data.of(spec.data).content_hash);
    openblas_set_num_threads(spec.threads);
    try {
      if (!shared) shared = make_shared_parts(job, data, spec);
      run_cell(job, spec, *shared, run);
    } catch (const std::bad_alloc&) {
      fail(job, data, spec, "out of memory: see ntksweep plan for what this cell needs", run.record);
    } catch (const std::exception& error) {
      fail(job, data, spec, error.what(), run.record);
    }
    run.record.wall_time_s = watch.seconds();
    commit(std::move(run));
  }
}

}  // namespace ntksweep
