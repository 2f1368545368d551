#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <queue>
#include <string>
#include <vector>

#include "ntksweep/core/random.hpp"
#include "ntksweep/sweep/allotment.hpp"

namespace ntksweep {

/// A job with all that a dispatcher needs, for tests.
struct TestSweep {
  Job job;
  Grid grid;
  DataPool data;

  explicit TestSweep(const std::string& toml)
      : job(parse_job(toml, "test.toml", {})), grid(job), data(DataPool::load(job, {})) {}

  Dispatcher dispatcher(
      const Teams& teams, std::function<bool(std::uint64_t)> is_done = [](std::uint64_t) { return false; },
      double memory_limit_bytes = 1e15) const {
    return {job, grid, data, std::move(is_done), teams, memory_limit_bytes};
  }

  Work work_of(std::uint64_t cell) const {
    const CellSpec spec = describe(grid.cell(cell));
    return predict_work(job, spec, data_shape(spec.data, data.of(spec.data)));
  }
};

/// Virtual ranks that run a sweep in virtual time. What a cell really takes is its predicted work
/// at the machine's rates times a random factor of its own (log-normal, deviation 0.25).
class VirtualCluster {
 public:
  VirtualCluster(const TestSweep& sweep, const Teams& teams)
      : sweep_(sweep), teams_(teams), ranks_(teams.ranks()), free_at_(static_cast<std::size_t>(ranks_), 0.0) {}

  struct Times {
    double training_s, other_s, shared_s;
  };
  Times true_times(std::uint64_t cell) const {
    constexpr double training_rate = 8e9;
    constexpr double other_rate = 1.5e9;
    const Work work = sweep_.work_of(cell);
    double normal = 0;
    RandomStream(Stream::split, 5).normals({&normal, 1}, cell);
    const double factor = std::exp(0.25 * normal);
    return {factor * work.training / training_rate, factor * work.kernels / other_rate, work.shared / other_rate};
  }

  /// The rank dies at that time, in the middle of what it is at work on; the others hear of it at once.
  void lose_at(double time, int rank) { losses_.emplace(time, rank); }

  /// Runs all tasks of the dispatcher; returns the time at which the last rank is through. News and grants take no
  /// time to travel.
  double run(Dispatcher& dispatcher) {
    Allotment allotment(dispatcher);
    double now = 0;
    take(allotment.start(), now);
    while (!events_.empty()) {
      const Event event = events_.top();
      if (!losses_.empty() && losses_.begin()->first <= event.time) {
        now = losses_.begin()->first;
        take(allotment.lose(losses_.extract(losses_.begin()).mapped()), now);
        continue;
      }
      events_.pop();
      if (allotment.is_lost(event.rank)) continue;
      now = event.time;
      ++finished_[event.cell];
      allotment.cell_finished(event.cell, event.training_s, event.other_s);
      if (event.last) allotment.task_finished(event.rank, 0);
      take(allotment.refill(event.rank), now);
    }
    EXPECT_TRUE(allotment.done());
    return now;
  }

  const std::map<std::uint64_t, int>& given() const { return given_; }
  const std::map<std::uint64_t, int>& finished() const { return finished_; }

  /// A task while it ran, in the order of starting.
  struct Stretch {
    std::vector<int> ranks;  ///< leader and members
    double start, end;
    int threads;
    double bytes;  ///< of its cells, by prediction
  };
  const std::vector<Stretch>& stretches() const { return stretches_; }

  double longest_cell_s() const {
    double longest = 0;
    for (const GroupTimes& group : group_times()) longest = std::max(longest, group.longest_s);
    return longest;
  }

  /// No schedule is shorter: in time T every group takes at least cells / (T - shared) pieces, each
  /// with the shared part, and all pieces take P T at most. No cell fits in less than itself.
  double lower_bound() const {
    const std::vector<GroupTimes> groups = group_times();
    double low = longest_cell_s();
    double high = low;
    while (work_in(high, groups) > ranks_ * high) high *= 2;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (work_in(middle, groups) > ranks_ * middle ? low : high) = middle;
    }
    return high;
  }

 private:
  struct Event {
    double time;
    int rank;
    std::uint64_t cell;
    double training_s, other_s;
    bool last;
    bool operator>(const Event& other) const { return time > other.time; }
  };

  struct GroupTimes {
    double cells_s, shared_s, longest_s;  ///< longest: of a cell with the shared part
  };

  std::vector<GroupTimes> group_times() const {
    std::vector<GroupTimes> groups;
    for (std::uint64_t group = 0; group < sweep_.grid.group_count(); ++group) {
      GroupTimes& here = groups.emplace_back(GroupTimes{0, 0, 0});
      for (const std::uint64_t cell : sweep_.grid.cells_of_group(group)) {
        const Times times = true_times(cell);
        here.shared_s = times.shared_s;
        here.cells_s += times.training_s + times.other_s;
        here.longest_s = std::max(here.longest_s, times.training_s + times.other_s + times.shared_s);
      }
    }
    return groups;
  }

  static double work_in(double time, const std::vector<GroupTimes>& groups) {
    double work = 0;
    for (const GroupTimes& group : groups) {
      work += group.cells_s + group.shared_s * std::ceil(group.cells_s / (time - group.shared_s));
    }
    return work;
  }

  void take(const std::vector<Grant>& grants, double now) {
    for (const Grant& grant : grants) {
      for (const Task& task : grant.tasks) begin(grant.rank, task, now);
    }
  }

  /// After all that the rank already has.
  void begin(int rank, const Task& task, double now) {
    const CellSpec spec = describe(sweep_.grid.cell(task.cells.front()));
    const auto team = teams_.of(rank, {task.ranks, spec.threads});
    EXPECT_EQ(team.size(), static_cast<std::size_t>(task.ranks));
    EXPECT_TRUE(std::ranges::find(team, rank) != team.end());
    double& time = free_at_[static_cast<std::size_t>(rank)];
    time = std::max(time, now);
    stretches_.push_back({{team.begin(), team.end()},
                          time,
                          time,
                          spec.threads,
                          predict_bytes(sweep_.job, spec, data_shape(spec.data, sweep_.data.of(spec.data)))});
    for (const std::uint64_t cell : task.cells) {
      ++given_[cell];
      const Times times = true_times(cell);
      const double other_s = times.other_s + (cell == task.cells.front() ? times.shared_s : 0.0);
      time += times.training_s + other_s;
      events_.push({time, rank, cell, times.training_s, other_s, cell == task.cells.back()});
    }
    stretches_.back().end = time;
  }

  const TestSweep& sweep_;
  const Teams& teams_;
  int ranks_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<double> free_at_;  ///< by rank
  std::map<std::uint64_t, int> given_, finished_;
  std::multimap<double, int> losses_;
  std::vector<Stretch> stretches_;
};

}  // namespace ntksweep
