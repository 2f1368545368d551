#include "ntksweep/sweep/cost_model.hpp"

#include <gtest/gtest.h>

namespace ntksweep {
namespace {

constexpr Work cell{.shared = 4e9, .training = 6e9, .kernels = 2e9};

TEST(CostModel, PredictsBeforeItHasLearned) {
  CostModel cost;
  const Seconds seconds = cost.predict(cost.add_kind(cell));
  EXPECT_GT(seconds.cell, 0.1);
  EXPECT_LT(seconds.cell, 100);
  EXPECT_GT(seconds.shared, 0.05);
}

TEST(CostModel, PredictsWhatItHasSeen) {
  CostModel cost;
  const auto kind = cost.add_kind(cell);
  for (int i = 0; i < 10; ++i) cost.learn(kind, Place::first, 3.0, 12.0);
  EXPECT_NEAR(cost.predict(kind).cell, 3.0 + 4.0, 0.1);
  EXPECT_NEAR(cost.predict(kind).shared, 8.0, 0.1);
}

TEST(CostModel, LearnsTheKindsOfWorkApart) {
  CostModel cost;
  cost.learn(cost.add_kind(cell), Place::later, 60.0, 1.0);
  EXPECT_NEAR(cost.predict(cost.add_kind({0, 6e9, 0})).cell, 60.0, 1.0);
  EXPECT_NEAR(cost.predict(cost.add_kind({0, 0, 2e9})).cell, 1.0, 0.02);
}

TEST(CostModel, LearnsTheKindsOfCellsApart) {
  // Of the same work by prediction, but one kind converges after a tenth of its steps.
  CostModel cost;
  const auto all_steps = cost.add_kind(cell);
  const auto few_steps = cost.add_kind(cell);
  for (int i = 0; i < 5; ++i) {
    cost.learn(all_steps, Place::first, 10.0, 6.0);
    cost.learn(few_steps, Place::first, 1.0, 6.0);
  }
  EXPECT_NEAR(cost.predict(all_steps).cell, 12.0, 0.3);
  EXPECT_NEAR(cost.predict(few_steps).cell, 3.0, 0.3);
}

TEST(CostModel, OneCellOfAKindCountsForMoreThanAllOthers) {
  CostModel cost;
  const auto usual = cost.add_kind({0, 1e10, 0});
  const auto other = cost.add_kind({0, 1e10, 0});
  for (int i = 0; i < 1000; ++i) cost.learn(usual, Place::first, 1.0, 0.0);
  EXPECT_NEAR(cost.predict(other).cell, 1.0, 0.01);
  cost.learn(other, Place::first, 11.0, 0.0);
  EXPECT_GT(cost.predict(other).cell, 9.0);
  EXPECT_LT(cost.predict(other).cell, 11.0);
}

TEST(CostModel, ForAKindNotSeenALargeCellCountsForMoreThanManySmallOnes) {
  CostModel cost;
  const auto small = cost.add_kind({0, 1e6, 0});
  for (int i = 0; i < 100; ++i) cost.learn(small, Place::later, 1.0, 0.0);
  cost.learn(cost.add_kind({0, 1e12, 0}), Place::later, 100.0, 0.0);
  EXPECT_NEAR(cost.predict(cost.add_kind({0, 1e12, 0})).cell, 200.0, 2.0);
}

TEST(CostModel, ACellWithoutTimeTeachesNothing) {
  CostModel cost;
  const auto kind = cost.add_kind(cell);
  const double before = cost.predict(kind).cell;
  cost.learn(kind, Place::first, 0.0, 0.0);
  EXPECT_EQ(cost.predict(kind).cell, before);
}

TEST(CostModel, AKindWithoutTrainingTakesNone) {
  CostModel cost;
  const auto kind = cost.add_kind({0, 0, 2e9});
  cost.learn(kind, Place::first, 0.0, 3.0);
  EXPECT_NEAR(cost.predict(kind).cell, 3.0, 0.2);
}

}  // namespace
}  // namespace ntksweep
