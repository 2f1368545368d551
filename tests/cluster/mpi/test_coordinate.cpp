#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <map>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#include "test_cluster.hpp"

namespace ntksweep {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Some records are megabytes long: those go through MPI in another way than short ones.
std::vector<double> values_of(std::uint64_t cell) {
  const std::size_t size = cell % 10 == 0 ? 400000 : cell % 7;
  std::vector<double> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<double>(cell) + 0.25 * static_cast<double>(i);
  return values;
}

Record record_of(std::uint64_t cell) {
  Record record;
  record.cell = cell;
  record.key = 7 * cell;
  record.status = Status::converged;
  record.values = values_of(cell);
  record.wall_time_s = 1e-3;
  record.training_s = 5e-4;
  return record;
}

/// Every cell takes this long, without using the processor.
TaskFunction sleeping(std::chrono::microseconds per_cell) {
  return [per_cell](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    for (const std::uint64_t cell : task.cells) {
      std::this_thread::sleep_for(per_cell);
      commit(record_of(cell));
    }
  };
}

/// What rank zero saw of a run; empty on the other ranks.
struct Seen {
  std::map<std::uint64_t, int> times;
  std::map<std::uint64_t, Record> records;
  std::set<int> ranks;
  std::set<std::string> hosts;
  int idle_calls = 0;
  Coordinated coordinated;
};

Seen run_everywhere(
    TestSweep& sweep, const TaskFunction& run,
    const std::function<bool(std::uint64_t)>& is_done = [](std::uint64_t) { return false; }) {
  Cluster& cluster = test_cluster();
  Seen seen;
  if (cluster.rank() != 0) {
    work(cluster, run);
    return seen;
  }
  Dispatcher dispatcher = sweep.dispatcher(cluster.teams(), is_done);
  const CoordinatorEvents events{[&](Record&& record, int rank, const std::string& host) {
                                   ++seen.times[record.cell];
                                   seen.ranks.insert(rank);
                                   seen.hosts.insert(host);
                                   seen.records[record.cell] = std::move(record);
                                 },
                                 [&] { ++seen.idle_calls; }};
  seen.coordinated = coordinate(cluster, dispatcher, run, events);
  EXPECT_EQ(dispatcher.cells_left(), 0U);
  return seen;
}

bool is_rank_zero() { return test_cluster().rank() == 0; }

TEST(Coordinate, EveryCellArrivesExactlyOnceAndWhole) {
  TestSweep sweep(sixty_cells);
  const Seen seen = run_everywhere(sweep, sleeping(100us));
  if (!is_rank_zero()) return;
  ASSERT_EQ(seen.times.size(), 60U);
  for (const auto& [cell, times] : seen.times) {
    EXPECT_EQ(times, 1) << "cell " << cell;
    EXPECT_EQ(seen.records.at(cell).key, 7 * cell);
    EXPECT_EQ(seen.records.at(cell).values, values_of(cell)) << "cell " << cell;
  }
}

TEST(Coordinate, CellsThatAreDoneAreLeftAlone) {
  TestSweep sweep(sixty_cells);
  const auto done = [](std::uint64_t cell) { return cell % 4 != 1; };
  const Seen seen = run_everywhere(sweep, sleeping(0us), done);
  if (!is_rank_zero()) return;
  EXPECT_EQ(seen.times.size(), 15U);
  for (const auto& [cell, times] : seen.times) EXPECT_EQ(cell % 4, 1U);
}

TEST(Coordinate, AFinishedGridEndsAtOnce) {
  TestSweep sweep(sixty_cells);
  const auto start = Clock::now();
  const Seen seen = run_everywhere(sweep, sleeping(0us), [](std::uint64_t) { return true; });
  EXPECT_TRUE(seen.times.empty());
  EXPECT_LT(seconds_since(start), 2.0);
}

TEST(Coordinate, EveryRankComputesAlsoRankZero) {
  TestSweep sweep(sixty_cells);
  const Seen seen = run_everywhere(sweep, sleeping(2ms));
  if (!is_rank_zero()) return;
  EXPECT_EQ(seen.ranks.size(), static_cast<std::size_t>(test_cluster().size()));
  EXPECT_EQ(seen.hosts, std::set<std::string>{test_cluster().host()});
}

TEST(Coordinate, BusyTimesAreThoseOfTheTasks) {
  TestSweep sweep(sixty_cells);
  const auto start = Clock::now();
  const Seen seen = run_everywhere(sweep, sleeping(5ms));
  const double elapsed = seconds_since(start);
  if (!is_rank_zero()) return;
  double sum = 0;
  ASSERT_EQ(seen.coordinated.busy_s.size(), static_cast<std::size_t>(test_cluster().size()));
  for (const double busy : seen.coordinated.busy_s) {
    EXPECT_LE(busy, elapsed);
    sum += busy;
  }
  EXPECT_GE(sum, 60 * 0.005);
}

TEST(Coordinate, RanksShareTheWorkEvenly) {
  TestSweep sweep(sixty_cells);
  const Seen seen = run_everywhere(sweep, sleeping(10ms));
  if (!is_rank_zero()) return;
  const std::vector<double>& busy_s = seen.coordinated.busy_s;
  const double perfect = std::accumulate(busy_s.begin(), busy_s.end(), 0.0) / test_cluster().size();
  EXPECT_LT(std::ranges::max(busy_s), 1.4 * perfect);
}

TEST(Coordinate, TasksRunOffTheMainThreadAndEventsOnIt) {
  TestSweep sweep(sixty_cells);
  const auto main_thread = std::this_thread::get_id();
  std::atomic<bool> computed_on_main = false;
  run_everywhere(sweep, [&](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    if (std::this_thread::get_id() == main_thread) computed_on_main = true;
    for (const std::uint64_t cell : task.cells) commit(record_of(cell));
  });
  EXPECT_FALSE(computed_on_main);
}

TEST(Coordinate, IdleIsCalledWhileACellTakesLong) {
  TestSweep sweep("[grid]\nwidth = 4\nsamples = 8\nstep_size = 0.5\n");
  const Seen seen = run_everywhere(sweep, sleeping(700ms));
  EXPECT_GE(seen.idle_calls, is_rank_zero() ? 3 : 0);
}

TEST(Coordinate, IdleIsCalledWhileRecordsPourIn) {
  TestSweep sweep("[grid]\nwidth = [1, 2]\nsamples = 8\nstep_size = 0.5\nseed = 20000\n");
  const Seen seen =
      run_everywhere(sweep, [](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
        const auto start = Clock::now();
        for (const std::uint64_t cell : task.cells) {
          Record record;
          record.cell = cell;
          commit(std::move(record));
        }
        while (seconds_since(start) < 20e-6) {
        }
      });
  if (!is_rank_zero()) return;
  EXPECT_EQ(seen.times.size(), 40000U);
  EXPECT_GE(seen.idle_calls, 1);
}

/// A wait inside MPI would use the whole core; sleeping between looks must stay far below.
TEST(Coordinate, WaitingUsesHardlyAnyProcessorTime) {
  TestSweep sweep("[grid]\nwidth = 4\nsamples = 8\nstep_size = 0.5\nseed = 4\n");
  const auto start = Clock::now();
  const std::clock_t before = std::clock();
  run_everywhere(sweep, sleeping(1000ms));
  const double used = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  const double share = used / seconds_since(start);
  RecordProperty("processor_share_percent", std::to_string(100 * share));
  printf("rank %d: waiting uses %.2f %% of a core\n", test_cluster().rank(), 100 * share);
  EXPECT_LT(share, 0.05);
}

}  // namespace
}  // namespace ntksweep
