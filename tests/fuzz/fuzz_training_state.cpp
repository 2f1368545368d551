// The state that a cell goes on from, with right checksums and any bytes: what does not fit is passed over, and the
// cell comes to its end.

#include <atomic>
#include <thread>

#include "fuzz.hpp"
#include "ntksweep/sweep/run_task.hpp"

using namespace ntksweep;

namespace {

constexpr const char* methods[] = {"method = \"gd\"", "method = \"flow\"", "batch = 2\nmomentum = 0.5"};

Job job_with(const std::string& method) {
  const std::string text = R"([grid]
width = 2
samples = 4
step_size = 0.5
seed = 1
[data]
input_dim = 2
test_samples = 2
[statistics]
checkpoints = 4
[training]
max_steps = 6
tolerance = 0
)";
  return parse_job(text + method, "state.toml", {});
}

struct Sweep {
  explicit Sweep(const char* method) : job(job_with(method)), grid(job), data(DataPool::load(job, {})) {
    while (state.empty()) leave();
  }

  /// Runs the cell, and takes the state that it leaves at its first step before its end takes that away.
  void leave() {
    slot.ask();
    std::atomic<bool> is_through = false;
    std::thread taker([&] {
      while (state.empty() && !is_through) {
        if (const auto left = slot.take()) state = left->bytes;
      }
    });
    run({});
    is_through = true;
    taker.join();
  }

  Record run(std::span<const CellState> states) {
    const std::uint64_t cell = 0;
    Record record;
    run_task(job, grid, data, std::span(&cell, 1), [&](CellRun&& run) { record = std::move(run.record); },
             {.slot = states.empty() ? &slot : nullptr, .states = states});
    return record;
  }

  Job job;
  Grid grid;
  DataPool data;
  StateSlot slot;
  std::vector<std::byte> state;  ///< as the cell leaves it
};

/// The bytes as they are ('r'), or three at a time: where the cell's own state is changed, and what is XORed to it.
std::vector<std::byte> state_from(const std::vector<std::byte>& own, std::span<const std::byte> input) {
  if (input.empty()) return own;
  if (input.front() == std::byte{'r'}) return {input.begin() + 1, input.end()};
  std::vector<std::byte> state = own;
  for (std::size_t at = 1; at + 3 <= input.size(); at += 3) {
    const auto place = std::to_integer<std::size_t>(input[at]) << 8U | std::to_integer<std::size_t>(input[at + 1]);
    state[place % state.size()] ^= input[at + 2];
  }
  return state;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Sweep sweeps[] = {Sweep(methods[0]), Sweep(methods[1]), Sweep(methods[2])};
  if (size == 0) return 0;
  Sweep& sweep = sweeps[data[0] % std::size(sweeps)];
  const CellState state{0, sweep.data.key(sweep.grid.cell(0)),
                        state_from(sweep.state, std::as_bytes(std::span(data, size)).subspan(1))};
  const Record record = sweep.run(std::span(&state, 1));
  fuzz::must(record.status == Status::converged || record.status == Status::max_steps ||
                 record.status == Status::diverged || record.status == Status::failed,
             "the cell came to its end");
  fuzz::must(record.values.size() == make_layout(selected_statistics(sweep.job), record.extents).size,
             "and has its numbers");
  return 0;
}
