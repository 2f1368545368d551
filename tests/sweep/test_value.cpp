#include "ntksweep/sweep/value.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace ntksweep {
namespace {

TEST(Value, WritesRealsInTheirShortestRoundTripForm) {
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(1.4142135623730951), "1.4142135623730951");
  EXPECT_EQ(to_text(1e-6), "1e-06");
}

TEST(Value, WritesEveryKindOfValue) {
  EXPECT_EQ(to_text(true), "true");
  EXPECT_EQ(to_text(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_text(std::string("relu")), "relu");
  EXPECT_EQ(to_text(std::vector<double>{1, 2.5}), "1,2.5");
  EXPECT_EQ(to_text(std::vector<std::string>{"a", "b"}), "a,b");
}

TEST(RoundAxisValue, KeepsTwelveSignificantDigits) {
  EXPECT_EQ(round_axis_value(0.1 + 0.2), 0.3);
  EXPECT_EQ(round_axis_value(1.0000000000004), 1.0);
  EXPECT_EQ(round_axis_value(1.00000000001), 1.00000000001);
  EXPECT_EQ(round_axis_value(-2.0 / 3), -0.666666666667);
}

TEST(RoundAxisValue, TurnsNegativeZeroIntoZero) { EXPECT_FALSE(std::signbit(round_axis_value(-0.0))); }

RC_GTEST_PROP(RoundAxisValue, ChangesNothingTheSecondTime, (double value)) {
  RC_ASSERT(round_axis_value(round_axis_value(value)) == round_axis_value(value));
}

RC_GTEST_PROP(RoundAxisValue, StaysWithinHalfAUnitOfTheTwelfthDigit, (double value)) {
  RC_PRE(std::abs(value) > 1e-300);
  RC_ASSERT(std::abs(round_axis_value(value) - value) <= 5.1e-12 * std::abs(value));
}

}  // namespace
}  // namespace ntksweep
