#include "presence.hpp"

#include <gtest/gtest.h>

namespace ntksweep {
namespace {

using Clock = Presence::Clock;

constexpr double limit_s = 10;

/// A rank that looks ten times per second for `seconds`, and hears from `rank` each time (from nobody: -1).
Clock::time_point listen(Presence& presence, Clock::time_point now, double seconds, int rank = -1) {
  for (int i = 0; i < static_cast<int>(10 * seconds); ++i) {
    now += std::chrono::milliseconds(100);
    if (rank >= 0) presence.heard(rank);
    presence.looked(now);
  }
  return now;
}

TEST(Presence, ARankThatIsSilentForLongerThanTheLimitIsMissing) {
  Presence presence(3, limit_s, {});
  for (const int rank : {0, 1, 2}) presence.heard(rank);
  const auto now = listen(presence, {}, 9.0, 1);
  EXPECT_TRUE(presence.missing().empty());
  listen(presence, now, 2.5, 1);
  EXPECT_EQ(presence.missing(), (std::vector<int>{0, 2}));
  EXPECT_NEAR(presence.silent_s(2), 11.5, 0.2);
}

TEST(Presence, TimeInWhichNobodyListenedDoesNotCount) {
  Presence presence(1, limit_s, {});
  presence.heard(0);
  presence.looked(Clock::time_point(std::chrono::hours(1)));
  EXPECT_TRUE(presence.missing().empty());
  EXPECT_LE(presence.silent_s(0), 0.1 * limit_s);
}

TEST(Presence, BeforeItsFirstNewsARankHasTenTimesAsLong) {
  Presence presence(1, limit_s, {});
  const auto now = listen(presence, {}, 99);
  EXPECT_TRUE(presence.missing().empty());
  listen(presence, now, 2);
  EXPECT_EQ(presence.missing(), (std::vector<int>{0}));
}

TEST(Presence, AForgottenRankIsNotMissed) {
  Presence presence(2, limit_s, {});
  presence.heard(0);
  presence.heard(1);
  presence.forget(1);
  listen(presence, {}, 12);
  EXPECT_EQ(presence.missing(), (std::vector<int>{0}));
}

}  // namespace
}  // namespace ntksweep
