#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <queue>
#include <vector>

#include "ntksweep/store/hdf5_parameters.hpp"
#include "ntksweep/store/hdf5_table.hpp"
#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/allotment.hpp"

/// How good the predictions of a run are: takes the times of the cells of finished runs from their result files, runs
/// the real scheduler over them in virtual time, and prints how far the predicted time left is from the true one, and
/// how far tasks are from their prediction when they are given out. Usage: eta RANKS FILE.h5 [...]
/// With 0 ranks it prints what each cell took over what was planned for it (for simulate_scale --ratios).
namespace {

using namespace ntksweep;

/// What a cell took; the first cell of a task also takes what its group shares.
struct CellTimes {
  double training_s, other_s, shared_s;
};

struct FinishedRun {
  Job job;
  Grid grid;
  DataPool data;
  std::vector<CellTimes> times;
};

/// One cell of a group paid for what all share: the one that took most beside its training.
void split_shared_part(const std::vector<std::uint64_t>& cells, std::vector<CellTimes>& times) {
  double sum = 0;
  double largest = 0;
  for (const std::uint64_t cell : cells) {
    sum += times[cell].other_s;
    largest = std::max(largest, times[cell].other_s);
  }
  if (cells.size() < 2) return;
  const double rest = (sum - largest) / static_cast<double>(cells.size() - 1);
  for (const std::uint64_t cell : cells) {
    if (times[cell].other_s == largest) times[cell].other_s = rest;
    times[cell].shared_s = largest - rest;
  }
}

FinishedRun load(const std::string& path) {
  const ResultReader file(path);
  Job job = parse_job(file.job_text(), file.job_origin(), file.overrides());
  Grid grid(job);
  DataPool data = DataPool::load(job, {read_hdf5_table, read_hdf5_parameters});
  FinishedRun run{std::move(job), std::move(grid), std::move(data), {}};
  const auto wall = file.column("wall_time");
  const auto training = file.column("training_time");
  for (std::size_t i = 0; i < wall.size(); ++i) {
    if (!std::isfinite(wall[i])) throw std::runtime_error(path + " is not finished");
    run.times.push_back({training[i], wall[i] - training[i], 0});
  }
  for (std::uint64_t group = 0; group < run.grid.group_count(); ++group) {
    split_shared_part(run.grid.cells_of_group(group), run.times);
  }
  return run;
}

struct Event {
  double time;
  int rank;
  std::uint64_t cell;
  double training_s, other_s;
  bool last;
  bool operator>(const Event& other) const { return time > other.time; }
};

/// What was predicted at some moment.
struct Moment {
  double time, done_s, cells_share, left_s;
};

struct Replay {
  double end = 0, total_s = 0, longest_s = 0;
  std::vector<Moment> moments;
  std::vector<double> task_ratios;  ///< measured / predicted
};

class VirtualRun {
 public:
  VirtualRun(const FinishedRun& run, int ranks)
      : run_(run),
        ranks_(ranks),
        dispatcher_(
            run.job, run.grid, run.data, [](std::uint64_t) { return false; }, ranks, INFINITY),
        free_at_(static_cast<std::size_t>(ranks), 0.0) {}

  Replay replay() {
    Allotment allotment(dispatcher_);
    begin(allotment.start(), 0);
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      allotment.cell_finished(event.cell, event.training_s, event.other_s);
      if (event.last) allotment.task_finished(event.rank, 0);
      begin(allotment.refill(event.rank), event.time);
      done_s_ += event.training_s + event.other_s;
      note(event.time);
    }
    replay_.end = replay_.moments.back().time;
    replay_.total_s = done_s_;
    return std::move(replay_);
  }

 private:
  void begin(const std::vector<Grant>& grants, double now) {
    for (const Grant& grant : grants) {
      double& time = free_at_[static_cast<std::size_t>(grant.rank)];
      time = std::max(time, now);
      for (const Task& task : grant.tasks) {
        const double start = time;
        for (const std::uint64_t cell : task.cells) {
          const CellTimes& took = run_.times[cell];
          const double other_s = took.other_s + (cell == task.cells.front() ? took.shared_s : 0.0);
          time += took.training_s + other_s;
          replay_.longest_s = std::max(replay_.longest_s, took.training_s + other_s);
          events_.push({time, grant.rank, cell, took.training_s, other_s, cell == task.cells.back()});
        }
        replay_.task_ratios.push_back((time - start) / task.predicted_s);
      }
    }
  }

  void note(double time) {
    const double left = std::max(dispatcher_.seconds_left() / ranks_, dispatcher_.longest_task_s());
    const double cells = static_cast<double>(run_.times.size());
    const double done = cells - static_cast<double>(dispatcher_.cells_left());
    replay_.moments.push_back({time, done_s_, done / cells, left});
  }

  const FinishedRun& run_;
  int ranks_;
  Dispatcher dispatcher_;
  std::vector<double> free_at_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  double done_s_ = 0;
  Replay replay_;
};

double quantile(std::vector<double> values, double q) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

const Moment& moment_at(const Replay& replay, double share) {
  return *std::ranges::find_if(replay.moments, [&](const Moment& m) { return m.done_s >= share * replay.total_s; });
}

double error_percent(double predicted, double truth) { return 100 * (predicted / truth - 1); }

void report(const std::string& path, int ranks, const Replay& replay, double planned_s) {
  const double bound = std::max(replay.total_s / ranks, replay.longest_s);
  fmt::print("{:32}{:7}{:8.1f}{:8.3f}{:8.2f} |", path.substr(path.rfind('/') + 1), replay.task_ratios.size(),
             replay.total_s, replay.end / bound, replay.total_s / planned_s);
  for (const double share : {0.1, 0.25, 0.5, 0.75}) {
    const Moment& m = moment_at(replay, share);
    fmt::print("{:7.0f}", error_percent(m.left_s, replay.end - m.time));
  }
  const Moment& quarter = moment_at(replay, 0.25);
  const double by_count = quarter.time * (1 - quarter.cells_share) / quarter.cells_share;
  fmt::print("{:9.0f} |", error_percent(by_count, replay.end - quarter.time));
  const std::vector<double> late(replay.task_ratios.begin() + static_cast<long>(replay.task_ratios.size() / 4),
                                 replay.task_ratios.end());
  for (const double q : {0.05, 0.5, 0.95}) fmt::print("{:7.2f}", quantile(late, q));
  fmt::print("\n");
}

void print_ratios(const FinishedRun& run) {
  for (std::uint64_t cell = 0; cell < run.times.size(); ++cell) {
    const CellSpec spec = describe(run.grid.cell(cell));
    CostModel plan;
    const auto kind = plan.add_kind(predict_work(run.job, spec, data_shape(spec.data, run.data.of(spec.data))));
    fmt::print("{:.4g}\n", (run.times[cell].training_s + run.times[cell].other_s) / plan.predict(kind).cell);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int ranks = argc > 1 ? std::atoi(argv[1]) : 0;
  for (int i = 2; i < argc && ranks == 0; ++i) print_ratios(load(argv[i]));
  if (ranks == 0) return 0;
  fmt::print("{} ranks in virtual time. end: over the lower bound; plan: measured over planned core seconds\n", ranks);
  fmt::print("{:32}{:>7}{:>8}{:>8}{:>8} |{:^37} | task s / predicted, last 3/4\n", "", "", "", "", "",
             "error of the time left, %, at");
  fmt::print("{:32}{:>7}{:>8}{:>8}{:>8} |{:>7}{:>7}{:>7}{:>7}{:>9} |{:>7}{:>7}{:>7}\n", "run", "tasks", "core s", "end",
             "plan", "10 %", "25 %", "50 %", "75 %", "by count", "5 %", "50 %", "95 %");
  for (int i = 2; i < argc; ++i) {
    const FinishedRun run = load(argv[i]);
    const Dispatcher plan(
        run.job, run.grid, run.data, [](std::uint64_t) { return false; }, ranks, INFINITY);
    report(argv[i], ranks, VirtualRun(run, ranks).replay(), plan.seconds_left());
  }
  return 0;
}
