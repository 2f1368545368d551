#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <numeric>
#include <optional>
#include <thread>

#include "ntksweep/cluster/cluster.hpp"
#include "table.hpp"

/// Whether the simulation is right: the same grid on real ranks, whose cells sleep for as long as the simulated ones
/// take, and in virtual time, in one table. Nothing is stored. Many ranks may share few cores.
/// Usage: mpirun -n RANKS --oversubscribe sleeping_ranks MEAN_S CELLS_PER_RANK [RECEIVE_S SEND_S WORKER_LETTER_S]
namespace {

using namespace ntksweep;
using namespace ntksweep::simulate;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double thread_s() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// Two step sizes per task, widths of different cost.
std::string job_text(int cells) {
  return fmt::format(
      "[grid]\nwidth = [64, 128, 256, 512]\nsamples = 64\nstep_size = [0.1, 0.2]\nseed = {}\n[training]\nmax_steps = "
      "100\n",
      (cells + 7) / 8);
}

Outcome run_really(Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& function) {
  Outcome outcome;
  const CoordinatorEvents events{[&outcome](Record&&, int, const std::string&) { ++outcome.cells; }, [] {}};
  const auto start = std::chrono::steady_clock::now();
  const double used = thread_s();
  const auto busy_s = coordinate(cluster, dispatcher, function, events).busy_s;
  outcome.rank_zero_s = thread_s() - used;
  outcome.end_s = seconds_since(start);
  outcome.busy_s = std::accumulate(busy_s.begin(), busy_s.end(), 0.0);
  return outcome;
}

double argument(int argc, char** argv, int place, double otherwise) {
  return argc > place ? std::atof(argv[place]) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  Cluster cluster(argc, argv);
  const double mean_s = argument(argc, argv, 1, 0.05);
  const Job job = parse_job(job_text(static_cast<int>(argument(argc, argv, 2, 100)) * cluster.size()), "bench", {});
  const Grid grid(job);
  const DataPool data = DataPool::load(job, {});
  CellTimeTable times(job, grid, data, Spread{});
  times.scale_to_mean(mean_s);
  const TaskFunction function = [&](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    for (const std::uint64_t cell : task.cells) {
      const CellTimes takes = times.of(cell);
      const double other_s = takes.other_s + (cell == task.cells.front() ? takes.shared_s : 0.0);
      std::this_thread::sleep_for(std::chrono::duration<double>(takes.training_s + other_s));
      Record record;
      record.cell = cell;
      record.status = Status::converged;
      record.values.assign(64, 0.5);
      record.training_s = takes.training_s;
      record.wall_time_s = takes.training_s + other_s;
      commit(std::move(record));
    }
  };
  if (cluster.rank() != 0) {
    work(cluster, function);
    return 0;
  }
  const auto none_done = [](std::uint64_t) { return false; };
  constexpr double unlimited = std::numeric_limits<double>::infinity();
  const int ranks = cluster.size();
  Dispatcher dispatcher(job, grid, data, none_done, ranks, unlimited);
  Outcome real = run_really(cluster, dispatcher, function);
  Machine machine;
  machine.store_record_s = machine.commit_s = 0;
  machine.main_thread = MainThread::has_core;  // cells that sleep leave the core to it
  machine.receive_letter_s = argument(argc, argv, 3, machine.receive_letter_s);
  machine.send_letter_s = argument(argc, argv, 4, machine.send_letter_s);
  machine.worker_letter_s = argument(argc, argv, 5, machine.worker_letter_s);
  Dispatcher again(job, grid, data, none_done, ranks, unlimited);
  const auto times_of = [&times](std::uint64_t cell) { return times.of(cell); };
  const Outcome simulated = Simulation(machine, times_of, again).run();
  print_head(grid, times);
  const double bound_s = lower_bound_s(grid, times, ranks);
  real.letters = simulated.letters;  // not counted there
  print_row(fmt::format("{} real", ranks), ranks, bound_s, real);
  print_row(fmt::format("{} simulated", ranks), ranks, bound_s, simulated);
  return 0;
}
