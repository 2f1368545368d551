#include "simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "virtual_cluster.hpp"

namespace ntksweep::simulate {
namespace {

/// Costs over three orders of magnitude, several cells to a task.
constexpr const char* heterogeneous = R"toml(
[grid]
width = "pow2(1,256)"
samples = [16, 64]
step_size = [0.1, 0.2, 0.4]
seed = 6
[training]
max_steps = 2000
)toml";

class SimulationOnRanks : public testing::TestWithParam<int> {
 protected:
  Simulation::TimesOf times() const {
    return [this](std::uint64_t cell) {
      const auto [training_s, other_s, shared_s] = cluster_.true_times(cell);
      return CellTimes{training_s, other_s, shared_s};
    };
  }
  const TestSweep sweep_{heterogeneous};
  const Teams teams_{GetParam()};
  VirtualCluster cluster_{sweep_, teams_};
};

TEST_P(SimulationOnRanks, OfAnInstantMachineIsTheVirtualCluster) {
  Dispatcher here = sweep_.dispatcher(GetParam());
  Dispatcher there = sweep_.dispatcher(GetParam());
  const Outcome outcome = Simulation(instant_machine(), times(), here).run();
  EXPECT_NEAR(outcome.end_s, cluster_.run(there), 1e-9 * outcome.end_s);
}

TEST_P(SimulationOnRanks, ComputesEveryCellOnce) {
  Dispatcher dispatcher = sweep_.dispatcher(GetParam());
  Simulation simulation(Machine{}, times(), dispatcher);
  const Outcome outcome = simulation.run();
  EXPECT_EQ(outcome.cells, sweep_.grid.size());
  std::vector<std::uint64_t> computed = simulation.computed();
  std::ranges::sort(computed);
  ASSERT_EQ(computed.size(), sweep_.grid.size());
  for (std::uint64_t cell = 0; cell < computed.size(); ++cell) EXPECT_EQ(computed[cell], cell);
  EXPECT_EQ(dispatcher.cells_left(), 0U);
}

TEST_P(SimulationOnRanks, IsNotShorterThanTheLowerBoundNorThanAnInstantMachine) {
  Dispatcher here = sweep_.dispatcher(GetParam());
  Dispatcher there = sweep_.dispatcher(GetParam());
  const double end = Simulation(Machine{}, times(), here).run().end_s;
  EXPECT_GE(end, cluster_.lower_bound());
  EXPECT_GE(end, 0.99 * Simulation(instant_machine(), times(), there).run().end_s);
}

TEST_P(SimulationOnRanks, CountsAsBusyWhatCellsTake) {
  Machine machine;
  machine.main_thread = MainThread::has_core;
  Dispatcher dispatcher = sweep_.dispatcher(GetParam());
  const Outcome outcome = Simulation(machine, times(), dispatcher).run();
  double cells_s = 0;
  double shared_s = 0;
  for (std::uint64_t cell = 0; cell < sweep_.grid.size(); ++cell) {
    const CellTimes took = times()(cell);
    cells_s += took.training_s + took.other_s;
    shared_s += took.shared_s;
  }
  // One to three tasks for three cells.
  EXPECT_GE(outcome.busy_s, (cells_s + shared_s / 3) * (1 - 1e-9));
  EXPECT_LE(outcome.busy_s, (cells_s + shared_s) * (1 + 1e-9));
  EXPECT_LE(outcome.busy_s, outcome.end_s * GetParam());
}

TEST_P(SimulationOnRanks, ASlowStoreTakesItsTimeFromRankZero) {
  Machine slow;
  slow.store_record_s = 10e-3;
  Dispatcher dispatcher = sweep_.dispatcher(GetParam());
  const Outcome outcome = Simulation(slow, times(), dispatcher).run();
  const double store_s = 10e-3 * static_cast<double>(sweep_.grid.size());
  EXPECT_GE(outcome.store_s, store_s * (1 - 1e-9));
  EXPECT_GE(outcome.rank_zero_s, store_s);
  EXPECT_GE(outcome.end_s, store_s);
}

INSTANTIATE_TEST_SUITE_P(Ranks, SimulationOnRanks, testing::Values(1, 2, 7, 64));

TEST(Simulation, GetsOutOfTheWayOfItsOwnCellsWhenItHasACoreToItself) {
  const TestSweep sweep(heterogeneous);
  const auto end = [&sweep](MainThread main_thread) {
    Machine machine;
    machine.store_record_s = 5e-3;
    machine.main_thread = main_thread;
    Dispatcher dispatcher = sweep.dispatcher(2);
    const auto equal = [](std::uint64_t) { return CellTimes{20e-3, 0, 0}; };
    return Simulation(machine, equal, dispatcher).run().end_s;
  };
  EXPECT_LT(end(MainThread::has_core), 0.95 * end(MainThread::shares_core));
}

}  // namespace
}  // namespace ntksweep::simulate
