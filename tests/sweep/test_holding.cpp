#include <gtest/gtest.h>

#include "ntksweep/sweep/holding.hpp"

namespace ntksweep {
namespace {

constexpr double plenty = 1e6;

Holding holding(std::initializer_list<double> predicted_s) {
  Holding result;
  for (const double seconds : predicted_s) result.add(seconds, 1);
  return result;
}

int tasks_until_content(double predicted_s, double share_left_s) {
  Holding result;
  while (result.wants_more(share_left_s, 1) && result.tasks() < 10000) result.add(predicted_s, 1);
  return static_cast<int>(result.tasks());
}

TEST(Holding, AnIdleRankWantsATask) { EXPECT_TRUE(holding({}).wants_more(0.0, 1)); }

TEST(Holding, ALongTaskIsHeldAlone) { EXPECT_EQ(tasks_until_content(10.0, plenty), 1); }

TEST(Holding, AShortTaskIsFollowedByOneMore) { EXPECT_EQ(tasks_until_content(0.25, plenty), 2); }

TEST(Holding, TinyTasksComeInBunches) {
  EXPECT_EQ(tasks_until_content(0.05, plenty), 4);
  EXPECT_EQ(tasks_until_content(1e-6, plenty), 256);
}

TEST(Holding, NothingIsHeldBackWhenLittleIsLeft) { EXPECT_EQ(tasks_until_content(0.25, 1.0), 1); }

TEST(Holding, AFinishedTaskMakesRoom) {
  Holding result = holding({0.5, 0.25});
  EXPECT_FALSE(result.wants_more(plenty, 1));
  result.remove_first();
  EXPECT_EQ(result.tasks(), 1U);
  EXPECT_TRUE(result.wants_more(plenty, 1));
}

TEST(Holding, WhatWasPredictedTooShortCountsAtThePaceThatIsKnownSince) {
  Holding result;
  result.add(0.25, 1e-3);
  EXPECT_TRUE(result.wants_more(plenty, 1e-3));
  EXPECT_FALSE(result.wants_more(plenty, 1e-2));
}

}  // namespace
}  // namespace ntksweep
