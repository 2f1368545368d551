#include <fmt/format.h>
#include <mpi.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <numeric>
#include <string>
#include <thread>

#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/store/result_file.hpp"

/// What a cell costs on its way through ranks and file: empty cells without a file, per second; and of cells that sleep
/// for 10 ms and are stored with 64 numbers each, the time that ranks stand idle and the processor time that is used
/// all the same (a core that computes would lose both). Usage: mpirun -n 2 dispatch [folder]
namespace {

using namespace ntksweep;
using Clock = std::chrono::steady_clock;

constexpr auto cell_time = std::chrono::milliseconds(10);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Sweep {
  Job job;
  Grid grid;
  DataPool data;

  explicit Sweep(const std::string& toml)
      : job(parse_job(toml, "bench.toml", {})), grid(job), data(DataPool::load(job, {})) {}
};

std::string job_text(int step_sizes, int seeds) {
  return fmt::format(
      "[grid]\nwidth = 8\nsamples = 8\nstep_size = \"linspace(0.1,1,{})\"\nseed = {}\n[training]\nmax_steps = 10\n"
      "[statistics]\nonly = [\"training\", \"movement\"]\ncheckpoints = 5\n",
      step_sizes, seeds);
}

double sum_over_ranks(double own) {
  double all = 0;
  MPI_Allreduce(&own, &all, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return all;
}

double thread_processor_s() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// Processor time of all threads of all ranks.
double processor_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return sum_over_ranks(seconds(used.ru_utime) + seconds(used.ru_stime));
}

struct Measured {
  double wall_s, processor_s, busy_s;
};

/// On every rank; times count from the dispatcher's first task to its last.
Measured run_everywhere(Cluster& cluster, const Sweep& sweep, const TaskFunction& function,
                        const CoordinatorEvents& events) {
  Measured measured{};
  std::optional<Dispatcher> dispatcher;
  if (cluster.rank() == 0) {
    const auto none_done = [](std::uint64_t) { return false; };
    dispatcher.emplace(sweep.job, sweep.grid, sweep.data, none_done, cluster.teams(), 1e15);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const double before = processor_s();
  const auto start = Clock::now();
  if (cluster.rank() == 0) {
    const auto busy_s = coordinate(cluster, *dispatcher, function, events).busy_s;
    measured.busy_s = std::accumulate(busy_s.begin(), busy_s.end(), 0.0);
  } else {
    work(cluster, function);
  }
  measured.wall_s = seconds_since(start);
  measured.processor_s = processor_s() - before;
  return measured;
}

void empty_cells(Cluster& cluster, int step_sizes, int seeds) {
  const Sweep sweep(job_text(step_sizes, seeds));
  const TaskFunction function = [](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    for (const std::uint64_t cell : task.cells) {
      Record record;
      record.cell = cell;
      record.status = Status::converged;
      record.wall_time_s = 1e-7;
      record.training_s = 5e-8;
      commit(std::move(record));
    }
  };
  std::uint64_t seen = 0;
  const Measured all =
      run_everywhere(cluster, sweep, function, {[&](Record&&, int, const std::string&) { ++seen; }, [] {}});
  if (cluster.rank() != 0) return;
  const auto cells = static_cast<double>(seen);
  fmt::print("empty cells, {:2} per task: {:7.0f} per second ({:.0f} per second of processor time); target 500000\n",
             step_sizes, cells / all.wall_s, cells / all.processor_s);
}

void sleeping_cells(Cluster& cluster, const std::string& path) {
  std::atomic<double> used_by_cells = 0;  ///< going to sleep is not what is measured
  const Sweep sweep(job_text(1, 1500 * cluster.size()));
  const Extents extents = grid_extents(sweep.job, sweep.data);
  const std::size_t size = make_layout(selected_statistics(sweep.job), extents).size;
  const TaskFunction function = [size, &used_by_cells](const Task& task, const std::function<void(Record &&)>& commit,
                                                       StateSlot&) {
    for (const std::uint64_t cell : task.cells) {
      const auto start = Clock::now();
      const double used_before = thread_processor_s();
      std::this_thread::sleep_for(cell_time);
      Record record;
      record.cell = cell;
      record.status = Status::converged;
      record.values.assign(size, 0.5);
      record.wall_time_s = seconds_since(start);
      record.training_s = 0.5 * record.wall_time_s;
      used_by_cells = used_by_cells + thread_processor_s() - used_before;
      commit(std::move(record));
    }
  };
  std::optional<ResultFile> file;
  if (cluster.rank() == 0) {
    std::filesystem::remove(path);
    file.emplace(ResultFile::open_or_create(path, sweep.job, sweep.grid, extents, cluster.size(), "bench"));
  }
  auto committed = Clock::now();
  const CoordinatorEvents events{[&](Record&& record, int rank, const std::string& host) {
                                   file->write(record, extents, {rank, host});
                                 },
                                 [&] {
                                   if (seconds_since(committed) < 1) return;
                                   file->commit();
                                   committed = Clock::now();
                                 }};
  const Measured all = run_everywhere(cluster, sweep, function, events);
  const double cells_s = sum_over_ranks(used_by_cells);
  if (cluster.rank() != 0) return;
  const double idle = 1 - all.busy_s / (all.wall_s * cluster.size());
  const double used = (all.processor_s - cells_s) / all.busy_s;
  fmt::print(
      "stored cells of 10 ms, {} numbers each: idle {:.2f} %, processor time {:.2f} %, together {:.2f} %; target 0.5 "
      "%\n",
      size, 100 * idle, 100 * used, 100 * (idle + used));
  std::filesystem::remove(path);
}

}  // namespace

int main(int argc, char** argv) {
  Cluster cluster(argc, argv);
  empty_cells(cluster, 1, 1000000);
  empty_cells(cluster, 20, 50000);
  sleeping_cells(cluster, std::string(argc > 1 ? argv[1] : "/tmp") + "/dispatch.h5");
  return 0;
}
