#include <gtest/gtest.h>

#include "ntksweep/sweep/work.hpp"

namespace ntksweep {
namespace {

constexpr Work cell{.shared = 4e9, .training = 6e9, .kernels = 2e9};

TEST(CostModel, PredictsBeforeItHasLearned) {
  const CostModel cost;
  EXPECT_GT(cost.seconds(cell, false), 0.1);
  EXPECT_LT(cost.seconds(cell, false), 100);
  EXPECT_GT(cost.seconds(cell, true), cost.seconds(cell, false));
}

TEST(CostModel, PredictsWhatItHasSeen) {
  CostModel cost;
  for (int i = 0; i < 10; ++i) cost.learn(cell, true, 3.0, 12.0);
  EXPECT_NEAR(cost.seconds(cell, true), 15.0, 0.1);
  EXPECT_NEAR(cost.seconds(cell, false), 3.0 + 4.0, 0.1);
}

TEST(CostModel, LearnsTheKindsOfWorkApart) {
  CostModel cost;
  cost.learn(cell, false, 60.0, 1.0);
  EXPECT_NEAR(cost.seconds({0, 6e9, 0}, false), 60.0, 1.0);
  EXPECT_NEAR(cost.seconds({0, 0, 2e9}, false), 1.0, 0.02);
  EXPECT_NEAR(cost.training_to_other(), (60.0 / 6e9) / (1.0 / 2e9), 0.5);
}

TEST(CostModel, ALargeCellCountsForMoreThanManySmallOnes) {
  CostModel cost;
  for (int i = 0; i < 100; ++i) cost.learn({0, 1e6, 0}, false, 1.0, 0.0);
  cost.learn({0, 1e12, 0}, false, 100.0, 0.0);
  EXPECT_NEAR(cost.seconds({0, 1e12, 0}, false), 200.0, 2.0);
}

TEST(CostModel, ACellWithoutTimeTeachesNothing) {
  CostModel cost;
  const double before = cost.seconds(cell, true);
  cost.learn(cell, true, 0.0, 0.0);
  EXPECT_EQ(cost.seconds(cell, true), before);
}

}  // namespace
}  // namespace ntksweep
