#include <gtest/gtest.h>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

/// What a cell is taken to take before anything is known.
double first_guess(const Work& work) {
  CostModel cost;
  const Seconds each = cost.predict(cost.add_kind(work));
  return each.cell + each.shared;
}

std::int64_t width_of(const TestSweep& sweep, const Task& task) {
  return sweep.grid.cell(task.cells.at(0)).integer("width");
}

std::vector<std::int64_t> widths_in_order(const TestSweep& sweep, int ranks) {
  Dispatcher dispatcher = sweep.dispatcher(ranks);
  std::vector<std::int64_t> widths;
  while (const auto task = dispatcher.next()) widths.push_back(width_of(sweep, *task));
  return widths;
}

/// Two kinds of cells, ten tasks of one cell each.
constexpr const char* wide_and_many = R"toml(
[grid]
width = [512, 8]
samples = [16, 600]
step_size = 0.5
seed = 10
zip = ["width", "samples"]
[training]
max_steps = 2000
)toml";

TEST(Dispatcher, PutsTheQueueInANewOrderWhenOneKindOfWorkIsSlow) {
  // Wide: mostly training. Many samples: mostly kernels, dearer once kernels turn out slow.
  const TestSweep sweep(wide_and_many);
  Dispatcher dispatcher = sweep.dispatcher(10);
  const auto first = dispatcher.next();
  const bool wide_first = width_of(sweep, *first) == 512;
  const Work work = sweep.work_of(first->cells[0]);
  // Whatever came first, its main kind of work is now far faster than thought, the other slower.
  const double fast = 1e-4;
  const double slow = 1e4;
  dispatcher.finished(first->cells[0], (wide_first ? fast : slow) * first_guess({0, work.training, 0}),
                      (wide_first ? slow : fast) * first_guess({0, 0, work.shared + work.kernels}));
  const auto second = dispatcher.next();
  EXPECT_NE(width_of(sweep, *second), width_of(sweep, *first));
}

TEST(Dispatcher, TriesOneOfEachKindBeforeTheLongestGoFirst) {
  const TestSweep sweep(wide_and_many);
  const auto widths = widths_in_order(sweep, 1);
  EXPECT_NE(widths[0], widths[1]);
  EXPECT_EQ(widths[2], widths[0]);
  EXPECT_EQ(widths[10], widths[0]);
  EXPECT_EQ(widths[11], widths[1]);
}

TEST(Dispatcher, GivesTheLongestFirstWhereLittleIsLeftForEachRank) {
  const TestSweep sweep(wide_and_many);
  const auto widths = widths_in_order(sweep, 10);
  EXPECT_EQ(widths[1], widths[0]);
  EXPECT_EQ(widths[9], widths[0]);
  EXPECT_NE(widths[10], widths[0]);
}

TEST(Dispatcher, RecallsWhatCellsOfEarlierRunsTook) {
  const TestSweep sweep(wide_and_many);
  const auto is_wide = [&](std::uint64_t cell) { return sweep.grid.cell(cell).integer("width") == 512; };
  const auto is_done = [](std::uint64_t cell) { return cell % 10 != 9; };
  Dispatcher dispatcher = sweep.dispatcher(1, is_done);
  ASSERT_EQ(dispatcher.cells_left(), 2U);
  dispatcher.recall(sweep.data, [&](std::uint64_t cell) {
    return is_done(cell) ? Dispatcher::Times{is_wide(cell) ? 40.0 : 1.0, is_wide(cell) ? 2.0 : 7.0}
                         : Dispatcher::Times{0, 0};
  });
  EXPECT_NEAR(dispatcher.seconds_left(), 50.0, 1.0);
  EXPECT_NEAR(dispatcher.longest_task_s(), 42.0, 1.0);
}

}  // namespace
}  // namespace ntksweep
