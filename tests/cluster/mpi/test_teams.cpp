#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "test_cluster.hpp"

namespace ntksweep {
namespace {

using namespace std::chrono_literals;

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

int cores_of_this_thread() {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof(cores), &cores) == 0 ? CPU_COUNT(&cores) : 0;
}

/// What a cell tells: when it ran (the ranks of one machine share a clock), on how many ranks, and on how many cores.
TaskFunction telling() {
  return [](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    for (const std::uint64_t cell : task.cells) {
      const double start = now_s();
      std::this_thread::sleep_for(5ms);
      Record record;
      record.cell = cell;
      record.values = {start, now_s(), static_cast<double>(task.ranks), static_cast<double>(cores_of_this_thread())};
      commit(std::move(record));
    }
  };
}

struct Told {
  std::uint64_t cell;
  int leader, ranks, cores;
  double start, end;
};

std::vector<Told> run_everywhere(const char* toml) {
  Cluster& cluster = test_cluster();
  std::vector<Told> told;
  if (cluster.rank() != 0) {
    work(cluster, telling());
    return told;
  }
  TestSweep sweep(toml);
  Dispatcher dispatcher = sweep.dispatcher(cluster.teams());
  const CoordinatorEvents events{
      [&](Record&& record, int rank, const std::string&) {
        const auto& v = record.values;
        told.push_back({record.cell, rank, static_cast<int>(v[2]), static_cast<int>(v[3]), v[0], v[1]});
      },
      [] {}};
  coordinate(cluster, dispatcher, telling(), events);
  EXPECT_EQ(dispatcher.cells_left(), 0U);
  EXPECT_EQ(told.size(), sweep.grid.size());
  return told;
}

constexpr const char* one_and_two_threads = R"(
[grid]
width = [4, 8]
samples = 8
step_size = [0.1, 0.2]
seed = 5
[training]
threads = [1, 2]
max_steps = 10
)";

TEST(TeamsOfRanks, ACellOfTwoThreadsHasTheCoresOfItsRanks) {
  const Teams& teams = test_cluster().teams();
  for (const Told& cell : run_everywhere(one_and_two_threads)) {
    if (cell.ranks == 1) continue;
    EXPECT_EQ(cell.ranks, static_cast<int>(teams.of(cell.leader, {cell.ranks, 2}).size()));
    EXPECT_GE(cell.cores, std::min(2, teams.smallest(2)->cores));
  }
}

TEST(TeamsOfRanks, NoRankComputesWhileItsTeamIsAtWork) {
  const auto told = run_everywhere(one_and_two_threads);
  for (const Told& big : told) {
    for (const Told& other : told) {
      const bool member = other.leader >= big.leader && other.leader < big.leader + big.ranks;
      if (other.cell == big.cell || !member) continue;
      EXPECT_TRUE(other.end <= big.start || big.end <= other.start) << "cells " << big.cell << " and " << other.cell;
    }
  }
}

TEST(TeamsOfRanks, AfterwardsEveryThreadHasItsOwnCoresAgain) {
  const int before = cores_of_this_thread();
  run_everywhere(one_and_two_threads);
  EXPECT_EQ(cores_of_this_thread(), before);
}

}  // namespace
}  // namespace ntksweep
