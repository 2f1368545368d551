#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

/// Kernels that take about 1 s (samples 4000) and next to nothing (samples 16), and a training as long for both.
constexpr const char* small_and_large = R"toml(
[grid]
width = 8
samples = [16, 4000]
step_size = [0.1, 0.2]
)toml";

std::int64_t samples_of(const TestSweep& sweep, const Task& task) {
  return sweep.grid.cell(task.cells.at(0)).integer("samples");
}

double bytes_of(const TestSweep& sweep, std::uint64_t cell) {
  const CellSpec spec = describe(sweep.grid.cell(cell));
  return predict_bytes(sweep.job, spec, data_shape(spec.data, sweep.data.of(spec.data)));
}

double largest_bytes(const TestSweep& sweep) {
  double largest = 0;
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) largest = std::max(largest, bytes_of(sweep, cell));
  return largest;
}

bool nothing_done(std::uint64_t) { return false; }

TEST(AdmissionByTime, TheLongestTaskThatFitsGoesFirst) {
  const TestSweep sweep(small_and_large);
  Dispatcher dispatcher = sweep.dispatcher(1);
  dispatcher.limit_time(0.01);
  const auto task = dispatcher.next();
  ASSERT_TRUE(task);
  EXPECT_EQ(samples_of(sweep, *task), 16);
  dispatcher.limit_time(1000);
  EXPECT_EQ(samples_of(sweep, *dispatcher.next()), 4000);
}

TEST(AdmissionByTime, WhereNothingFitsNothingIsGivenAndTheCellsStayLeft) {
  const TestSweep sweep(small_and_large);
  Dispatcher dispatcher = sweep.dispatcher(1);
  dispatcher.limit_time(0);
  EXPECT_FALSE(dispatcher.next());
  EXPECT_EQ(dispatcher.claims(), 0U);
  EXPECT_FALSE(dispatcher.largest_claim());
  EXPECT_EQ(dispatcher.cells_left(), 4U);
  EXPECT_GT(dispatcher.shortest_start_s(), 0);
  EXPECT_LT(dispatcher.shortest_start_s(), 0.01);
}

TEST(AdmissionByTime, TrainingNeedNotFitAsItsStateIsSaved) {
  const TestSweep sweep("[grid]\nwidth = 64\nsamples = 16\nstep_size = 0.1\n[training]\nmax_steps = 1000000000\n");
  Dispatcher dispatcher = sweep.dispatcher(1);
  ASSERT_GT(dispatcher.seconds_left(), 1000);
  dispatcher.limit_time(1);
  EXPECT_TRUE(dispatcher.next());
}

TEST(AdmissionByTime, ACellWithoutStepsMustFitAsAWhole) {
  const std::string text =
      "[grid]\nwidth = 4000\nsamples = 3000\nstep_size = 0.1\n[model]\ntrain = \"output\"\n"
      "[training]\nmethod = \"min_norm\"\n[statistics]\nkernel = \"none\"\n";
  const TestSweep sweep(text);
  Dispatcher dispatcher = sweep.dispatcher(1);
  const double whole_s = dispatcher.longest_task_s();
  ASSERT_NEAR(dispatcher.shortest_start_s(), whole_s, 1e-9 * whole_s);
  dispatcher.limit_time(0.1 * whole_s);
  EXPECT_FALSE(dispatcher.next());
  dispatcher.limit_time(whole_s);
  EXPECT_TRUE(dispatcher.next());
}

TEST(AdmissionByTime, OfCellsThatCannotBeSavedOnlyThoseThatFitAreGivenTogether) {
  const TestSweep sweep(
      "[grid]\nwidth = 4000\nsamples = 3000\nstep_size = 'linspace(0.1,1,10)'\n[model]\ntrain = \"output\"\n"
      "[training]\nmax_steps = 0\n[statistics]\nkernel_every = 1\n");
  Dispatcher dispatcher = sweep.dispatcher(1);
  const double whole_s = dispatcher.seconds_left();
  const double first_s = dispatcher.shortest_start_s();
  ASSERT_GT(whole_s, 2 * first_s);
  dispatcher.limit_time(0.5 * first_s);
  EXPECT_EQ(dispatcher.next()->cells.size(), 1U);
  dispatcher.limit_time(whole_s);
  EXPECT_EQ(dispatcher.next()->cells.size(), 9U);
}

TEST(AdmissionByTime, ASlownessOfOtherKindsIsNotHeldAgainstAKindThatWasNeverTried) {
  const TestSweep sweep(small_and_large);
  Dispatcher dispatcher = sweep.dispatcher(1);
  const double guess_s = dispatcher.shortest_start_s();
  dispatcher.limit_time(0.01);
  const auto small = dispatcher.next();
  ASSERT_EQ(samples_of(sweep, *small), 16);
  for (const std::uint64_t cell : small->cells) dispatcher.finished(cell, 1.0, 1.0);
  EXPECT_GT(dispatcher.longest_task_s(), 1000 * guess_s);  // by the rates of the small cells
  dispatcher.limit_time(10);
  EXPECT_TRUE(dispatcher.next());
}

TEST(AdmissionByTime, WhatCellsOfTheKindTookIsHeldAgainstIt) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 500\nstep_size = 0.1\nseed = 3\n");
  Dispatcher dispatcher = sweep.dispatcher(1);
  dispatcher.finished(dispatcher.next()->cells.at(0), 1.0, 100.0);
  dispatcher.limit_time(10);
  EXPECT_FALSE(dispatcher.next());
  EXPECT_GT(dispatcher.shortest_start_s(), 20);
  dispatcher.limit_time(200);
  EXPECT_TRUE(dispatcher.next());
}

TEST(AdmissionByTime, ARunEndsWhenNothingFitsAnyMore) {
  const TestSweep sweep(small_and_large);
  const Teams teams = 2;
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(teams);
  dispatcher.limit_time(0.01);
  cluster.run(dispatcher);
  EXPECT_EQ(dispatcher.cells_left(), 2U);
}

TEST(AdmissionByMemory, ACellTakesAsManyRanksAsHaveItsMemory) {
  const TestSweep sweep(small_and_large);
  Dispatcher dispatcher = sweep.dispatcher(4, nothing_done, 0.6 * largest_bytes(sweep));
  EXPECT_TRUE(dispatcher.too_big().empty());
  const auto large = dispatcher.next();
  EXPECT_EQ(samples_of(sweep, *large), 4000);
  EXPECT_EQ(large->ranks, 2);
  EXPECT_EQ(describe(sweep.grid.cell(large->cells[0])).threads, 1);
  while (const auto task = dispatcher.next()) EXPECT_EQ(task->ranks, samples_of(sweep, *task) == 4000 ? 2 : 1);
}

TEST(AdmissionByMemory, RanksThatHaveTheCoresMayHaveTheMemoryToo) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 2000\nstep_size = 0.5\n[training]\nthreads = 2\n");
  Dispatcher dispatcher = sweep.dispatcher(4, nothing_done, 0.8 * largest_bytes(sweep));
  EXPECT_EQ(dispatcher.next()->ranks, 2);
}

TEST(AdmissionByMemory, RanksThatComputeNothingStillTakeTheirPrograms) {
  EXPECT_EQ(ranks_for_memory(1e9, 1e9), 1);
  EXPECT_EQ(ranks_for_memory(1.5e9, 1e9), 2);
  EXPECT_EQ(ranks_for_memory(2e9, 1e9), 3);
  EXPECT_GE(memory_of_ranks(3, 1e9), 2e9);
  EXPECT_LT(memory_of_ranks(2, 1e9), 2e9);
  EXPECT_EQ(ranks_for_memory(2e9, 1e6), std::numeric_limits<int>::max());
  EXPECT_EQ(ranks_for_memory(1e300, 1e9), 1000000000);
  EXPECT_EQ(ranks_for_memory(1e9, std::numeric_limits<double>::infinity()), 1);
}

TEST(AdmissionByMemory, OnlyACellThatNoNodeHoldsIsLeftOut) {
  const TestSweep sweep(small_and_large);
  const Teams teams({{{0, 1}, 2}, {{2, 3, 4}, 3}});
  const double bytes = largest_bytes(sweep);
  EXPECT_TRUE(
      sweep.dispatcher(teams, nothing_done, 0.5 * bytes).too_big().empty());  // two such ranks have not quite all
  const Dispatcher dispatcher = sweep.dispatcher(teams, nothing_done, 0.3 * bytes);
  ASSERT_EQ(dispatcher.too_big().size(), 2U);
  for (const auto& [cell, needed, available, ranks] : dispatcher.too_big()) {
    EXPECT_EQ(sweep.grid.cell(cell).integer("samples"), 4000);
    EXPECT_EQ(needed, bytes);
    EXPECT_EQ(available, memory_of_ranks(3, 0.3 * bytes));
    EXPECT_EQ(ranks, 3);
  }
}

TEST(AdmissionByMemory, WhatRunsOnANodeAtOnceFitsItsMemory) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = [16, 1000, 2000, 4000]\nstep_size = [0.1, 0.2]\nseed = 2\n");
  const Teams teams({{{0, 2, 4, 5, 6}, 5}, {{1, 3, 7}, 3}});
  const double limit = 0.35 * largest_bytes(sweep);
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(teams, nothing_done, limit);
  cluster.run(dispatcher);
  EXPECT_EQ(dispatcher.cells_left(), 0U);
  EXPECT_EQ(cluster.given().size(), sweep.grid.size());
  std::size_t large_teams = 0;
  for (const auto& now : cluster.stretches()) {
    large_teams += now.ranks.size() > 2 ? 1 : 0;
    EXPECT_LE(now.bytes, memory_of_ranks(static_cast<int>(now.ranks.size()), limit));
    for (const auto& other : cluster.stretches()) {
      if (&other == &now || other.start >= now.end || now.start >= other.end) continue;
      for (const int rank : now.ranks) EXPECT_EQ(std::ranges::count(other.ranks, rank), 0);
    }
  }
  EXPECT_GT(large_teams, 0U);
}

}  // namespace
}  // namespace ntksweep
