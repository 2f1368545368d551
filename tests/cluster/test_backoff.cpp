#include <gtest/gtest.h>

#include "backoff.hpp"

namespace ntksweep {
namespace {

using Time = Backoff::Time;

TEST(Backoff, WaitsGrowByHalfUpToTheLongest) {
  Backoff backoff(Time(100));
  EXPECT_EQ(backoff.next(Time(300)), Time(100));
  EXPECT_EQ(backoff.next(Time(300)), Time(150));
  EXPECT_EQ(backoff.next(Time(300)), Time(225));
  EXPECT_EQ(backoff.next(Time(300)), Time(300));
  EXPECT_EQ(backoff.next(Time(300)), Time(300));
}

TEST(Backoff, AfterAResetWaitsAreShortAgain) {
  Backoff backoff(Time(100));
  backoff.next(Time(1000));
  backoff.next(Time(1000));
  backoff.reset();
  EXPECT_EQ(backoff.next(Time(1000)), Time(100));
}

}  // namespace
}  // namespace ntksweep
