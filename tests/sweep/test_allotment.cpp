#include "ntksweep/sweep/allotment.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

/// Cells of one, two, three and four threads.
constexpr const char* mixed_threads = R"toml(
[grid]
width = [64, 128, 512]
samples = [16, 64]
step_size = [0.1, 0.4]
seed = 3
[training]
threads = [1, 4, 2, 3]
max_steps = 2000
)toml";

/// Nodes of one core per rank, of two per rank, of an odd number of ranks, and of more ranks than cores.
std::vector<Teams> layouts() {
  return {Teams(1),
          Teams(4),
          Teams(8),
          Teams({{{0, 1, 2, 3}, 8}, {{4, 5, 6, 7}, 4}}),
          Teams({{{0, 2, 4, 5, 6}, 5}, {{1, 3}, 2}}),
          Teams({{{0, 1, 2, 3}, 2}})};
}

class TeamSchedule : public testing::TestWithParam<std::size_t> {
 protected:
  TeamSchedule() : sweep_(mixed_threads), teams_(layouts()[GetParam()]), cluster_(sweep_, teams_) {
    Dispatcher dispatcher = sweep_.dispatcher(teams_);
    end_ = cluster_.run(dispatcher);
    EXPECT_EQ(dispatcher.cells_left(), 0U);
  }

  TestSweep sweep_;
  Teams teams_;
  VirtualCluster cluster_;
  double end_;
};

TEST_P(TeamSchedule, RunsEveryCellOnce) {
  ASSERT_EQ(cluster_.given().size(), sweep_.grid.size());
  for (const auto& [cell, times] : cluster_.given()) EXPECT_EQ(times, 1) << "cell " << cell;
}

TEST_P(TeamSchedule, NoRankIsInTwoTasksAtOnce) {
  std::map<int, double> busy_until;
  auto stretches = cluster_.stretches();
  std::ranges::sort(stretches, {}, &VirtualCluster::Stretch::start);
  for (const auto& stretch : stretches) {
    for (const int rank : stretch.ranks) {
      EXPECT_GE(stretch.start, busy_until[rank]) << "rank " << rank;
      busy_until[rank] = stretch.end;
    }
  }
}

TEST_P(TeamSchedule, NoMoreThreadsRunOnANodeThanItHasCores) {
  for (const auto& now : cluster_.stretches()) {
    for (const Node& node : teams_.nodes()) {
      if (static_cast<std::size_t>(node.cores) < node.ranks.size()) continue;
      int threads = 0;
      for (const auto& other : cluster_.stretches()) {
        const bool here = std::ranges::find(node.ranks, other.ranks.front()) != node.ranks.end();
        if (here && other.start <= now.start && now.start < other.end) threads += std::min(other.threads, node.cores);
      }
      EXPECT_LE(threads, node.cores);
    }
  }
}

TEST_P(TeamSchedule, ARankTakesCellsOfMoreThreadsFirst) {
  std::map<int, std::vector<int>> by_rank;
  for (const auto& stretch : cluster_.stretches()) {
    for (const int rank : stretch.ranks) by_rank[rank].push_back(stretch.threads);
  }
  for (const auto& [rank, threads] : by_rank) {
    EXPECT_TRUE(std::ranges::is_sorted(threads, std::greater<>())) << "rank " << rank;
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, TeamSchedule, testing::Range(std::size_t{0}, layouts().size()));

TEST(Allotment, TeamsThatDivideEachOtherFollowWithoutAGap) {
  const TestSweep sweep(
      "[grid]\nwidth = [64, 128, 512]\nsamples = [16, 64]\nstep_size = 0.1\nseed = 8\n[training]\nthreads = [1, 2, "
      "4]\n");
  const Teams teams = 8;
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(teams);
  const double end = cluster.run(dispatcher);
  std::map<int, double> busy, longest_task;
  for (const auto& stretch : cluster.stretches()) {
    for (const int rank : stretch.ranks) busy[rank] += stretch.end - stretch.start;
    double& longest = longest_task[stretch.threads];
    longest = std::max(longest, stretch.end - stretch.start);
  }
  for (const auto& [rank, seconds] : busy) EXPECT_GE(seconds, end - longest_task[1]) << "rank " << rank;
}

TEST(Allotment, NobodyGetsTwoTasksBeforeEverybodyHasOne) {
  const TestSweep sweep("[grid]\nwidth = [8, 16]\nsamples = 16\nstep_size = 0.5\n[training]\nmax_steps = 10\n");
  Dispatcher dispatcher = sweep.dispatcher(3);
  std::map<int, std::size_t> given;
  for (const Grant& grant : Allotment(dispatcher).start()) given[grant.rank] += grant.tasks.size();
  EXPECT_EQ(given, (std::map<int, std::size_t>{{0, 1}, {1, 1}}));
}

TEST(Allotment, TheTimeOfATeamCountsForEveryMember) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 16\nstep_size = 0.5\n[training]\nthreads = 2\n");
  Dispatcher dispatcher = sweep.dispatcher(3);
  Allotment allotment(dispatcher);
  const auto grants = allotment.start();
  ASSERT_EQ(grants.size(), 1U);
  allotment.cell_finished(grants[0].tasks.at(0).cells.at(0), 1, 1);
  EXPECT_FALSE(allotment.done());
  allotment.task_finished(grants[0].rank, 5);
  EXPECT_TRUE(allotment.refill(grants[0].rank).empty());
  EXPECT_TRUE(allotment.done());
  EXPECT_EQ(allotment.busy_s(), (std::vector<double>{5, 5, 0}));
}

TEST(Allotment, ALeaderOfShortTasksIsGivenTheNextOneBeforeItIsThrough) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 16\nstep_size = 0.5\nseed = 1000\n[training]\nthreads = 2\n");
  Dispatcher dispatcher = sweep.dispatcher(2);
  std::size_t given = 0;
  for (const Grant& grant : Allotment(dispatcher).start()) {
    EXPECT_EQ(grant.rank, 0);
    given += grant.tasks.size();
  }
  EXPECT_GT(given, 1U);
}

TEST(Allotment, SecondsLeftDoNotDependOnHowManyRanksShareTheCores) {
  const TestSweep sweep("[grid]\nwidth = 64\nsamples = 16\nstep_size = 0.5\nseed = 10\n[training]\nthreads = 4\n");
  const auto wall_s = [&](const Teams& teams) { return sweep.dispatcher(teams).seconds_left() / teams.ranks(); };
  const double one_core_each = wall_s(4);
  EXPECT_NEAR(wall_s(Teams({{{0}, 4}})), one_core_each, 1e-9 * one_core_each);
  EXPECT_NEAR(wall_s(Teams({{{0, 1}, 4}})), one_core_each, 1e-9 * one_core_each);
}

}  // namespace
}  // namespace ntksweep
