#include <gtest/gtest.h>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

/// Costs over five orders of magnitude.
constexpr const char* heterogeneous = R"toml(
[grid]
width = "pow2(1,1024)"
samples = [16, 64, 256]
step_size = [0.1, 0.2, 0.4, 0.8]
seed = 4
[training]
max_steps = 2000
)toml";

/// Few groups of many step sizes, dear kernels: splitting repeats what is shared.
constexpr const char* few_long_tasks = R"toml(
[grid]
width = [64, 128]
samples = [512]
step_size = "geomspace(0.01,2,24)"
seed = 2
[training]
max_steps = 500
)toml";

class Schedule : public testing::TestWithParam<int> {};

TEST_P(Schedule, IsWithinTwoPercentAndATenthOfTheLongestCellOfTheBestPossible) {
  const TestSweep sweep(heterogeneous);
  const Teams teams = GetParam();
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(GetParam());
  const double end = cluster.run(dispatcher);
  EXPECT_LT(end, 1.02 * cluster.lower_bound() + 0.1 * cluster.longest_cell_s());
  RecordProperty("over_bound_percent", std::to_string(100 * (end / cluster.lower_bound() - 1)));
}

TEST_P(Schedule, GivesOutEveryCellExactlyOnce) {
  const TestSweep sweep(heterogeneous);
  const Teams teams = GetParam();
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(GetParam());
  cluster.run(dispatcher);
  ASSERT_EQ(cluster.given().size(), sweep.grid.size());
  for (const auto& [cell, times] : cluster.given()) EXPECT_EQ(times, 1) << "cell " << cell;
  EXPECT_EQ(dispatcher.cells_left(), 0U);
  EXPECT_EQ(dispatcher.seconds_left(), 0.0);
}

TEST_P(Schedule, GoesOnWithExactlyWhatIsMissing) {
  const TestSweep sweep(heterogeneous);
  std::vector<char> done(sweep.grid.size());
  for (std::uint64_t cell = 0; cell < done.size(); ++cell)
    done[cell] = RandomStream(Stream::split, 1).below(3, cell) > 0;
  const Teams teams = GetParam();
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(GetParam(), [&](std::uint64_t cell) { return done[cell] != 0; });
  cluster.run(dispatcher);
  for (std::uint64_t cell = 0; cell < done.size(); ++cell) {
    EXPECT_EQ(cluster.given().contains(cell) ? cluster.given().at(cell) : 0, done[cell] ? 0 : 1) << "cell " << cell;
  }
}

TEST_P(Schedule, SplitsLongTasksSoThatNobodyWaitsLongerThanACell) {
  const TestSweep sweep(few_long_tasks);
  const Teams teams = GetParam();
  VirtualCluster cluster(sweep, teams);
  Dispatcher dispatcher = sweep.dispatcher(GetParam());
  const double end = cluster.run(dispatcher);
  EXPECT_LT(end, cluster.lower_bound() + cluster.longest_cell_s());
  RecordProperty("over_bound_percent", std::to_string(100 * (end / cluster.lower_bound() - 1)));
}

INSTANTIATE_TEST_SUITE_P(Ranks, Schedule, testing::Values(1, 2, 4, 8, 16, 32, 64));

}  // namespace
}  // namespace ntksweep
