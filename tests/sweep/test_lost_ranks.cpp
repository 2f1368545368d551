#include <gtest/gtest.h>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

constexpr const char* mixed_threads = R"toml(
[grid]
width = [64, 128, 512]
samples = [16, 64]
step_size = [0.1, 0.2, 0.4]
seed = 3
[training]
threads = [1, 2, 4]
max_steps = 2000
)toml";

std::vector<Teams> layouts() {
  return {Teams(2), Teams(4), Teams(9), Teams({{{0, 1, 2, 3}, 4}, {{4, 5, 6, 7}, 4}}),
          Teams({{{0, 2, 4}, 3}, {{1, 3}, 2}})};
}

double undisturbed_s(const TestSweep& sweep, const Teams& teams) {
  Dispatcher dispatcher = sweep.dispatcher(teams);
  return VirtualCluster(sweep, teams).run(dispatcher);
}

/// Every rank but the first dies at some moment, in an order of its own.
class LostRanks : public testing::TestWithParam<std::tuple<std::size_t, double>> {};

TEST_P(LostRanks, EveryCellIsFinishedOnceByThoseThatAreLeft) {
  const TestSweep sweep(mixed_threads);
  const Teams teams = layouts()[std::get<0>(GetParam())];
  const double last_loss_s = std::get<1>(GetParam()) * undisturbed_s(sweep, teams);
  VirtualCluster cluster(sweep, teams);
  for (int rank = 1; rank < teams.ranks(); ++rank) {
    cluster.lose_at(last_loss_s * ((rank * 7) % teams.ranks()) / teams.ranks(), rank);
  }
  Dispatcher dispatcher = sweep.dispatcher(teams);
  cluster.run(dispatcher);
  EXPECT_EQ(dispatcher.cells_left(), 0U);
  EXPECT_NEAR(dispatcher.seconds_left(), 0, 1e-9);
  EXPECT_EQ(dispatcher.ranks_left(), 1);
  ASSERT_EQ(cluster.finished().size(), sweep.grid.size());
  for (const auto& [cell, times] : cluster.finished()) EXPECT_EQ(times, 1) << "cell " << cell;
}

INSTANTIATE_TEST_SUITE_P(Layouts, LostRanks,
                         testing::Combine(testing::Range(std::size_t{0}, layouts().size()),
                                          testing::Values(0.0, 0.3, 0.9)));

TEST(LostRank, WhatItHadGoesToARankThatWaitsForWork) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 16\nstep_size = [0.1, 0.2, 0.3]\n[training]\nmax_steps = 10\n");
  Dispatcher dispatcher = sweep.dispatcher(3);
  Allotment allotment(dispatcher);
  const auto grants = allotment.start();
  const int rank = grants.back().rank;
  const auto lost = allotment.unfinished(rank);
  EXPECT_EQ(lost, grants.back().tasks.back().cells);
  for (const Grant& grant : grants) {
    if (grant.rank == rank) continue;
    for (const std::uint64_t cell : grant.tasks.at(0).cells) allotment.cell_finished(cell, 1, 1);
    allotment.task_finished(grant.rank, 2);
    EXPECT_TRUE(allotment.refill(grant.rank).empty());
  }
  const auto again = allotment.lose(rank);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_NE(again[0].rank, rank);
  EXPECT_EQ(again[0].tasks.at(0).cells, lost);
  EXPECT_TRUE(allotment.unfinished(rank).empty());
  EXPECT_FALSE(allotment.done());
}

TEST(LostRank, OfATaskOnlyTheCellsThatAreNotThroughGoToOthers) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 16\nstep_size = [0.1, 0.2, 0.3]\n[training]\nmax_steps = 10\n");
  Dispatcher dispatcher = sweep.dispatcher(1);
  const auto cells = dispatcher.next()->cells;
  ASSERT_EQ(cells.size(), 3U);
  dispatcher.finished(cells[0], 1, 1);
  EXPECT_FALSE(dispatcher.is_out(cells[0]));
  const double left_s = dispatcher.seconds_left();
  dispatcher.give_back(std::span(cells).subspan(1));
  EXPECT_FALSE(dispatcher.is_out(cells[1]));
  EXPECT_EQ(dispatcher.cells_left(), 2U);
  EXPECT_GE(dispatcher.seconds_left(), left_s) << "the shared part is formed again";
  EXPECT_EQ(dispatcher.next()->cells, (std::vector<std::uint64_t>{cells[1], cells[2]}));
}

TEST(LostRank, ATeamGoesOnWithoutAMemberThatOnlyWaited) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 16\nstep_size = 0.5\nseed = 2\n[training]\nthreads = 2\n");
  Dispatcher dispatcher = sweep.dispatcher(2);
  Allotment allotment(dispatcher);
  const auto grants = allotment.start();
  ASSERT_EQ(grants.size(), 1U);
  ASSERT_EQ(grants[0].rank, 0);
  EXPECT_TRUE(allotment.unfinished(1).empty());
  EXPECT_TRUE(allotment.lose(1).empty());
  EXPECT_FALSE(allotment.unfinished(0).empty());
  for (const Task& task : grants[0].tasks) {
    allotment.cell_finished(task.cells.at(0), 1, 1);
    allotment.task_finished(0, 2);
  }
  for (const Grant& grant : allotment.refill(0)) {
    EXPECT_EQ(grant.rank, 0);
    for (const Task& task : grant.tasks) {
      EXPECT_EQ(task.ranks, 2) << "the cores are still there";
      allotment.cell_finished(task.cells.at(0), 1, 1);
      allotment.task_finished(0, 2);
    }
  }
  EXPECT_TRUE(allotment.done());
  EXPECT_EQ(dispatcher.cells_left(), 0U);
}

TEST(LostRank, WithoutItsLeaderATeamIsLedByTheNext) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 16\nstep_size = 0.5\n[training]\nthreads = 2\n");
  const Teams teams({{{0}, 1}, {{1, 2}, 2}});
  Dispatcher dispatcher = sweep.dispatcher(teams);
  Allotment allotment(dispatcher);
  const auto grants = allotment.start();
  ASSERT_EQ(grants.size(), 1U);
  const auto again = allotment.lose(grants[0].rank);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_NE(again[0].rank, grants[0].rank);
  EXPECT_EQ(again[0].tasks.at(0).cells, grants[0].tasks.at(0).cells);
}

}  // namespace
}  // namespace ntksweep
