#include "task_clocks.hpp"

#include <gtest/gtest.h>

namespace ntksweep {
namespace {

using Clock = TaskClocks::Clock;

Clock::time_point at(double seconds) {
  return Clock::time_point(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)));
}

TEST(TaskClocks, ATaskIsOverdueAtTenTimesItsPredictionAndIsSaidToBeOnce) {
  TaskClocks clocks(2);
  clocks.give(1, at(100));
  EXPECT_FALSE(clocks.is_overdue(1, at(1090), 100));
  EXPECT_TRUE(clocks.is_overdue(1, at(1110), 100));
  EXPECT_FALSE(clocks.is_overdue(1, at(2000), 100));
  EXPECT_DOUBLE_EQ(clocks.elapsed_s(1, at(2000)), 1900);
}

TEST(TaskClocks, AShortTaskHasSomeMinutes) {
  TaskClocks clocks(1);
  clocks.give(0, at(0));
  EXPECT_FALSE(clocks.is_overdue(0, at(290), 0.01));
  EXPECT_TRUE(clocks.is_overdue(0, at(310), 0.01));
}

TEST(TaskClocks, TheNextTaskHasItsOwnTime) {
  TaskClocks clocks(1);
  clocks.give(0, at(0));
  EXPECT_TRUE(clocks.is_overdue(0, at(1000), 1));
  clocks.finish(0, at(1000), 1);
  EXPECT_FALSE(clocks.is_overdue(0, at(1200), 1));
  EXPECT_TRUE(clocks.is_overdue(0, at(1400), 1));
}

TEST(TaskClocks, FurtherTasksDoNotChangeWhenTheFirstBegan) {
  TaskClocks clocks(1);
  clocks.give(0, at(90000));
  clocks.give(0, at(90100));
  EXPECT_DOUBLE_EQ(clocks.elapsed_s(0, at(90200)), 200);
}

TEST(TaskClocks, ARankThatHadNothingToDoBeginsWithWhatItIsGiven) {
  TaskClocks clocks(1);
  EXPECT_DOUBLE_EQ(clocks.elapsed_s(0, at(90000)), 0);
  clocks.give(0, at(90000));
  clocks.finish(0, at(90010), 0);
  EXPECT_DOUBLE_EQ(clocks.elapsed_s(0, at(95000)), 0);
  clocks.give(0, at(95000));
  EXPECT_DOUBLE_EQ(clocks.elapsed_s(0, at(95020)), 20);
}

}  // namespace
}  // namespace ntksweep
