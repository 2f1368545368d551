#include "ntksweep/sweep/run_task.hpp"

#include <cblas.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <new>
#include <stdexcept>

#include "cell_recorder.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/gradient_flow.hpp"

namespace ntksweep {

namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A cell in the making.
struct Workbench {
  const Job& job;
  const CellSpec& spec;
  const SharedParts& shared;
  const Pace& pace;
  LinearMonitor* monitor;
  CellRecorder& recorder;
  std::function<Network<double>()>& current;  ///< the network in training, for step rules that look at it
  Continuation continuation = {};
  double observed_s = 0;  ///< time that looking at checkpoints took
};

struct Trained {
  Network<double> network;
  TrainingOutcome outcome;
};

CheckpointObserver observer(Workbench& bench) {
  return [&bench](std::size_t slot, std::int64_t step) {
    if (slot == 0) return;
    const Stopwatch watch;
    bench.recorder.record_checkpoint(slot, step, bench.current());
    bench.observed_s += watch.seconds();
  };
}

template <class S>
Trained descend(Workbench& bench) {
  Network<S> network = cast<S>(bench.shared.initial);
  bench.current = [&network] { return cast<double>(network); };
  const StepSize step_size = [&bench](std::int64_t step, double loss) {
    const double eta = bench.pace.at(step, loss);
    if (bench.monitor != nullptr) bench.monitor->see(loss, eta);
    return eta;
  };
  const auto outcome = train(network, *bench.shared.data, bench.spec.rules, step_size,
                             cell_schedule(bench.job, bench.spec), observer(bench), bench.continuation);
  if (bench.monitor != nullptr) bench.monitor->see_end(outcome.final_loss);
  return {cast<double>(network), outcome};
}

Trained flow(Workbench& bench) {
  Network<double> network = bench.shared.initial;
  bench.current = [&network] { return network; };
  const auto outcome =
      train_flow(network, *bench.shared.data, bench.spec.rules, bench.pace.constant, bench.spec.flow_tolerance,
                 cell_schedule(bench.job, bench.spec), observer(bench), bench.continuation);
  return {std::move(network), outcome};
}

Trained solve(const Workbench& bench) {
  Network<double> network = bench.shared.initial;
  const auto outcome = solve_minimum_norm(network, *bench.shared.data, bench.spec.rules.tolerance);
  return {std::move(network), outcome};
}

Trained train_cell(Workbench& bench) {
  if (bench.spec.method == Method::minimum_norm) return solve(bench);
  if (bench.spec.method == Method::flow) return flow(bench);
  return bench.spec.precision == Precision::float32 ? descend<float>(bench) : descend<double>(bench);
}

/// Seconds that a cell took so far: the beginning of its state.
struct Spent {
  double training_s = 0, wall_s = 0;
};

/// What was left of the cell by an earlier run; null where nothing was.
const CellState* state_of(const Handover& handover, const Record& record) {
  const auto found = std::ranges::find_if(
      handover.states, [&](const CellState& state) { return state.cell == record.cell && state.key == record.key; });
  return found == handover.states.end() ? nullptr : &*found;
}

/// A cell's way through training, watched by a clock: `watch` runs since its work began.
void run_cell(const Job& job, const CellSpec& spec, const SharedParts& shared, StateSlot* slot, const CellState* state,
              const Stopwatch& watch, CellRun& run) {
  std::function<Network<double>()> current = [&shared] { return shared.initial; };
  const Pace pace = make_pace(spec, shared, [&current] { return current(); });
  auto monitor = make_monitor(job, spec, shared);
  CellRecorder recorder(job, shared, pace, cell_schedule(job, spec), monitor ? &*monitor : nullptr);
  recorder.record_start();
  Workbench bench{job, spec, shared, pace, monitor ? &*monitor : nullptr, recorder, current};
  Spent before;
  ByteReader left(state == nullptr ? std::span<const std::byte>() : state->bytes);
  if (state != nullptr) {
    before = left.get<Spent>();
    recorder.restore(left);
    bench.continuation.from = &left;
  }
  const Stopwatch training;
  const auto trained_s = [&] { return before.training_s + training.seconds() - bench.observed_s; };
  bench.continuation.slot = slot;
  bench.continuation.leave = [&](const std::function<void(ByteWriter&)>& write_training) {
    auto bytes = ByteWriter::exactly([&](ByteWriter& out) {
      out.put(Spent{trained_s(), before.wall_s + watch.seconds()});
      recorder.save(out);
      write_training(out);
    });
    slot->leave({run.record.cell, run.record.key, std::move(bytes)});
  };
  Trained trained = train_cell(bench);
  run.record.training_s = trained_s();
  current = [&trained] { return trained.network; };
  recorder.record_end(trained.outcome, trained.network);
  run.record.status = trained.outcome.status;
  run.record.extents = shared.extents;
  run.record.values = std::move(recorder).take_values();
  run.record.wall_time_s = before.wall_s + watch.seconds();
  run.data = shared.data;
  run.initial = shared.initial;
  run.rules = spec.rules;
  run.step_size_absolute = pace.first;
  run.step_size_critical = shared.critical_step;
  run.trained = std::move(trained.network);
}

/// A state that does not fit is passed over: the cell begins anew.
void go_on_or_begin(const Job& job, const CellSpec& spec, const SharedParts& shared, const Handover& handover,
                    const Stopwatch& watch, CellRun& run) {
  if (const CellState* state = state_of(handover, run.record)) {
    try {
      return run_cell(job, spec, shared, handover.slot, state, watch, run);
    } catch (const std::logic_error&) {
    }
  }
  run_cell(job, spec, shared, handover.slot, nullptr, watch, run);
}

void fail(const Job& job, const DataPool& data, const CellSpec& spec, std::string message, const Stopwatch& watch,
          Record& record) {
  record.extents = cell_extents(job, spec, data_shape(spec.data, data.of(spec.data)));
  record.status = Status::failed;
  record.wall_time_s = watch.seconds();
  record.message = std::move(message);
  record.values.assign(make_layout(selected_statistics(job), record.extents).size, std::nan(""));
}

}  // namespace

void run_task(const Job& job, const Grid& grid, const DataPool& data, std::span<const std::uint64_t> cells,
              const std::function<void(CellRun&&)>& commit, const Handover& handover) {
  std::optional<SharedParts> shared;
  for (const std::uint64_t number : cells) {
    const Stopwatch watch;
    const Cell cell = grid.cell(number);
    const CellSpec spec = describe(cell);
    CellRun run{};
    run.record.cell = number;
    run.record.key = data.key(cell);
    openblas_set_num_threads(spec.threads);
    try {
      if (!shared) shared.emplace(job, data, spec);
      go_on_or_begin(job, spec, *shared, handover, watch, run);
    } catch (const std::bad_alloc&) {
      fail(job, data, spec, "out of memory: see ntksweep plan for what this cell needs", watch, run.record);
    } catch (const std::exception& error) {
      fail(job, data, spec, error.what(), watch, run.record);
    }
    if (handover.slot != nullptr) handover.slot->clear();
    commit(std::move(run));
  }
}

double saved_training_s(std::span<const std::byte> head) {
  static_assert(offsetof(Spent, training_s) == 0 && sizeof(Spent::training_s) == state_head_bytes);
  const double seconds = head.size() < state_head_bytes ? 0 : ByteReader(head).get<double>();
  return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

}  // namespace ntksweep
