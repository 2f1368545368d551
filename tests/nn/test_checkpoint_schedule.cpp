#include <gtest/gtest.h>

#include <algorithm>

#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

const std::int64_t all_steps[] = {1, 2, 3, 5, 10, 99, 100, 1000, 12345, 1000000, 1000000000};
const std::int64_t all_counts[] = {2, 3, 4, 5, 10, 30, 100};

TEST(CheckpointSchedule, StartsAtZeroAndEndsAtTheLastStep) {
  for (const auto max_steps : all_steps) {
    for (const auto count : all_counts) {
      const auto steps = checkpoint_schedule(max_steps, count);
      EXPECT_EQ(steps.front(), 0);
      EXPECT_EQ(steps.back(), max_steps);
    }
  }
}

TEST(CheckpointSchedule, IncreasesStrictlyAndKeepsToTheCount) {
  for (const auto max_steps : all_steps) {
    for (const auto count : all_counts) {
      const auto steps = checkpoint_schedule(max_steps, count);
      EXPECT_LE(static_cast<std::int64_t>(steps.size()), count) << max_steps << ", " << count;
      EXPECT_GE(steps.size(), 2u);
      EXPECT_TRUE(std::ranges::adjacent_find(steps, std::greater_equal<>()) == steps.end());
    }
  }
}

TEST(CheckpointSchedule, IsLogSpacedFromStepOne) {
  EXPECT_EQ(checkpoint_schedule(1000, 5), (std::vector<std::int64_t>{0, 1, 10, 100, 1000}));
  EXPECT_EQ(checkpoint_schedule(64, 8), (std::vector<std::int64_t>{0, 1, 2, 4, 8, 16, 32, 64}));
}

TEST(CheckpointSchedule, ThreeAreTheStartTheFirstStepAndTheEnd) {
  EXPECT_EQ(checkpoint_schedule(1000, 3), (std::vector<std::int64_t>{0, 1, 1000}));
}

TEST(CheckpointSchedule, OneOrTwoAreTheStartAndTheEnd) {
  EXPECT_EQ(checkpoint_schedule(1000, 2), (std::vector<std::int64_t>{0, 1000}));
  EXPECT_EQ(checkpoint_schedule(1000, 1), (std::vector<std::int64_t>{0, 1000}));
}

TEST(CheckpointSchedule, WithoutStepsThereIsTheStartOnly) {
  for (const std::int64_t count : {1, 2, 10}) EXPECT_EQ(checkpoint_schedule(0, count), std::vector<std::int64_t>{0});
}

TEST(CheckpointSchedule, FewStepsAreAllLookedAt) {
  EXPECT_EQ(checkpoint_schedule(4, 100), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace ntksweep
