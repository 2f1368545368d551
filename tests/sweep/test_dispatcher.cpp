#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

constexpr const char* widths_and_steps = R"toml(
[grid]
width = [256, 16, 64]
samples = 32
step_size = [0.1, 0.2, 0.4]
seed = 2
[training]
max_steps = 1000
)toml";

constexpr const char* one_group = R"toml(
[grid]
width = 64
samples = 16
step_size = "linspace(0.1,1,10)"
[training]
max_steps = 100000
)toml";

constexpr const char* long_start_short_cells = R"toml(
[grid]
width = 512
samples = 512
step_size = "linspace(0.1,1,5)"
[data]
test_samples = 10
[training]
max_steps = 0
[statistics]
kernel = "none"
)toml";

/// What a cell is taken to take before anything is known.
Seconds first_guess(const Work& work) {
  CostModel cost;
  return cost.predict(cost.add_kind(work));
}

std::vector<Task> drain(Dispatcher& dispatcher) {
  std::vector<Task> tasks;
  while (auto task = dispatcher.next()) tasks.push_back(std::move(*task));
  return tasks;
}

std::int64_t width_of(const TestSweep& sweep, const Task& task) {
  return sweep.grid.cell(task.cells.at(0)).integer("width");
}

TEST(Dispatcher, GivesTheLongestTaskFirst) {
  const TestSweep sweep("[grid]\nwidth = [256, 16, 64]\nsamples = 32\nstep_size = 0.1\nseed = 2\n");
  Dispatcher dispatcher = sweep.dispatcher(1);
  const auto tasks = drain(dispatcher);
  ASSERT_EQ(tasks.size(), 6U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(width_of(sweep, tasks[i]), 256);
  for (std::size_t i = 2; i < 4; ++i) EXPECT_EQ(width_of(sweep, tasks[i]), 64);
  for (std::size_t i = 4; i < 6; ++i) EXPECT_EQ(width_of(sweep, tasks[i]), 16);
  EXPECT_TRUE(std::ranges::is_sorted(tasks, std::greater<>(), &Task::predicted_s));
}

TEST(Dispatcher, ATaskHoldsTheCellsThatDifferInStepSizeOnly) {
  const TestSweep sweep(widths_and_steps);
  Dispatcher dispatcher = sweep.dispatcher(1);
  const auto task = dispatcher.next();
  ASSERT_TRUE(task);
  ASSERT_EQ(task->cells.size(), 3U);
  std::set<double> steps;
  std::set<std::int64_t> seeds;
  for (const std::uint64_t number : task->cells) {
    steps.insert(sweep.grid.cell(number).real("step_size"));
    seeds.insert(sweep.grid.cell(number).integer("seed"));
  }
  EXPECT_EQ(steps.size(), 3U);
  EXPECT_EQ(seeds.size(), 1U);
}

TEST(Dispatcher, PredictsATaskAsItsCellsAndWhatTheyShare) {
  const TestSweep sweep(one_group);
  Dispatcher dispatcher = sweep.dispatcher(1);
  const double left = dispatcher.seconds_left();
  const auto task = dispatcher.next();
  ASSERT_TRUE(task);
  const Seconds each = first_guess(sweep.work_of(0));
  EXPECT_NEAR(task->predicted_s, each.shared + 10 * each.cell, 1e-9 * left);
  EXPECT_NEAR(task->predicted_s, left, 1e-9 * left);
  EXPECT_EQ(dispatcher.longest_task_s(), each.shared + each.cell);
}

TEST(Dispatcher, SplitsATaskThatIsLongerThanAFairShare) {
  const TestSweep sweep(one_group);
  Dispatcher dispatcher = sweep.dispatcher(5);
  const auto tasks = drain(dispatcher);
  EXPECT_GE(tasks.size(), 5U);
  EXPECT_LE(tasks.front().cells.size(), 2U);
  std::set<std::uint64_t> cells;
  for (const Task& task : tasks) cells.insert(task.cells.begin(), task.cells.end());
  EXPECT_EQ(cells.size(), 10U);
}

TEST(Dispatcher, CutsCheapPiecesWellBelowAFairShareAsTheyMayTakeLongerThanPredicted) {
  const TestSweep sweep(R"toml(
[grid]
width = 64
samples = 16
step_size = "linspace(0.1,1,64)"
[training]
max_steps = 100000
)toml");
  Dispatcher dispatcher = sweep.dispatcher(2);
  const auto tasks = drain(dispatcher);
  EXPECT_EQ(tasks.front().cells.size(), 8U);  // a quarter of half of the cells
}

TEST(Dispatcher, DoesNotRepeatSharedWorkThatIsLongerThanTheCells) {
  const TestSweep sweep(long_start_short_cells);
  const Seconds each = first_guess(sweep.work_of(0));
  ASSERT_GT(each.shared, 5 * each.cell);
  Dispatcher dispatcher = sweep.dispatcher(5);
  EXPECT_EQ(drain(dispatcher).size(), 1U);
}

TEST(Dispatcher, ASplitGroupStaysRightWhenItsFirstCellsBecomeDone) {
  const TestSweep sweep(one_group);
  std::set<std::uint64_t> done = {3};
  Dispatcher dispatcher = sweep.dispatcher(5, [&](std::uint64_t cell) { return done.contains(cell); });
  std::vector<std::uint64_t> given;
  while (const auto task = dispatcher.next()) {
    for (const std::uint64_t cell : task->cells) {
      given.push_back(cell);
      done.insert(cell);
      dispatcher.finished(cell, 1.0, 0.1);
    }
  }
  std::ranges::sort(given);
  EXPECT_EQ(given, (std::vector<std::uint64_t>{0, 1, 2, 4, 5, 6, 7, 8, 9}));
}

TEST(Dispatcher, CellsStayLeftUntilTheyAreFinished) {
  const TestSweep sweep(one_group);
  Dispatcher dispatcher = sweep.dispatcher(1);
  const double before = dispatcher.seconds_left();
  const auto task = dispatcher.next();
  EXPECT_EQ(dispatcher.cells_left(), 10U);
  EXPECT_NEAR(dispatcher.seconds_left(), before, 1e-9 * before);
  dispatcher.finished(task->cells[0], 0, 0);
  EXPECT_EQ(dispatcher.cells_left(), 9U);
  EXPECT_LT(dispatcher.seconds_left(), before);
  for (std::size_t i = 1; i < 10; ++i) dispatcher.finished(task->cells[i], 0, 0);
  EXPECT_EQ(dispatcher.cells_left(), 0U);
  EXPECT_EQ(dispatcher.seconds_left(), 0.0);
  EXPECT_EQ(dispatcher.longest_task_s(), 0.0);
}

TEST(Dispatcher, ACellThatWasNotGivenOutCannotBeFinished) {
  const TestSweep sweep(one_group);
  Dispatcher dispatcher = sweep.dispatcher(1);
  EXPECT_THROW(dispatcher.finished(0, 1.0, 1.0), std::logic_error);
}

TEST(Dispatcher, LearnsFromFinishedCells) {
  const TestSweep sweep(one_group);
  Dispatcher dispatcher = sweep.dispatcher(1);
  const auto task = dispatcher.next();
  for (std::size_t i = 0; i < 5; ++i) dispatcher.finished(task->cells[i], 8.0, 2.0);
  EXPECT_NEAR(dispatcher.seconds_left(), 50.0, 1.0);
}

TEST(Dispatcher, CellsThatDoNotFitInMemoryAreListedAndNotGivenOut) {
  const TestSweep sweep(R"toml(
[grid]
width = 8
samples = [16, 4000]
step_size = [0.1, 0.2]
)toml");
  Dispatcher dispatcher = sweep.dispatcher(
      1, [](std::uint64_t) { return false; }, 200e6);
  ASSERT_EQ(dispatcher.too_big().size(), 2U);
  for (const auto& [cell, bytes, available, ranks] : dispatcher.too_big()) {
    EXPECT_EQ(sweep.grid.cell(cell).integer("samples"), 4000);
    EXPECT_GT(bytes, available);
    EXPECT_EQ(available, 200e6);
    EXPECT_EQ(ranks, 1);
  }
  EXPECT_EQ(dispatcher.cells_left(), 2U);
  const auto tasks = drain(dispatcher);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(sweep.grid.cell(tasks[0].cells[0]).integer("samples"), 16);
}

TEST(Dispatcher, AFinishedGridHasNoTask) {
  const TestSweep sweep(one_group);
  Dispatcher dispatcher = sweep.dispatcher(4, [](std::uint64_t) { return true; });
  EXPECT_FALSE(dispatcher.next());
  EXPECT_EQ(dispatcher.cells_left(), 0U);
}

TEST(Dispatcher, PlansAMillionCellsInSeconds) {
  const TestSweep sweep(R"toml(
[grid]
width = "pow2(1,512)"
samples = "arange(8,808,8)"
step_size = 0.5
seed = 1000
)toml");
  ASSERT_EQ(sweep.grid.size(), 1000000U);
  Dispatcher dispatcher = sweep.dispatcher(64);
  EXPECT_EQ(dispatcher.cells_left(), 1000000U);
  EXPECT_EQ(width_of(sweep, *dispatcher.next()), 512);
}

}  // namespace
}  // namespace ntksweep
