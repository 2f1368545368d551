#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "messages.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {
namespace {

std::vector<double> numbers(std::string_view text) {
  std::vector<double> result;
  for (const Value& value : parse_axis_text(text, "here")) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    result.push_back(integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value));
  }
  return result;
}

std::string refused(std::string_view text) {
  return refusal([&] { parse_axis_text(text, "here"); });
}

using Numbers = std::vector<double>;

TEST(AxisText, ReadsListsOfNumbersWordsAndLists) {
  EXPECT_EQ(parse_axis_text("8, 16", "here"), (std::vector<Value>{std::int64_t{8}, std::int64_t{16}}));
  EXPECT_EQ(parse_axis_text("0.5", "here"), std::vector<Value>{0.5});
  EXPECT_EQ(parse_axis_text("relu,tanh", "here"), (std::vector<Value>{std::string("relu"), std::string("tanh")}));
  EXPECT_EQ(parse_axis_text("[1,2],[2,1]", "here"), (std::vector<Value>{Numbers{1, 2}, Numbers{2, 1}}));
}

TEST(AxisText, ExpandsExpressionsInsideLists) { EXPECT_EQ(numbers("1,pow2(8,32),100"), (Numbers{1, 8, 16, 32, 100})); }

TEST(AxisText, RefusesWhatIsNotAList) {
  EXPECT_TRUE(contains(refused("8,,16"), "empty entry"));
  EXPECT_TRUE(contains(refused("8,"), "empty entry"));
  EXPECT_TRUE(contains(refused("[1,2"), "not closed"));
  EXPECT_TRUE(contains(refused("1,2]"), "closes nothing (column 4)"));
}

TEST(AxisExpression, LinspaceHasBothEnds) {
  EXPECT_EQ(numbers("linspace(0,1,5)"), (Numbers{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(numbers("linspace(3, 1, 3)"), (Numbers{3, 2, 1}));
  EXPECT_EQ(numbers("linspace(2,2,1)"), Numbers{2});
}

TEST(AxisExpression, GeomspaceHasEqualRatios) {
  EXPECT_EQ(numbers("geomspace(0.01,100,5)"), (Numbers{0.01, 0.1, 1, 10, 100}));
  EXPECT_EQ(numbers("geomspace(-1,-4,3)"), (Numbers{-1, -2, -4}));
}

TEST(AxisExpression, ArangeLeavesOutItsEnd) {
  EXPECT_EQ(numbers("arange(0,10,4)"), (Numbers{0, 4, 8}));
  EXPECT_EQ(numbers("arange(0,8,4)"), (Numbers{0, 4}));
  EXPECT_EQ(numbers("arange(0,0.3,0.1)"), (Numbers{0, 0.1, 0.2}));
  EXPECT_EQ(numbers("arange(3,0,-1)"), (Numbers{3, 2, 1}));
}

TEST(AxisExpression, Pow2HasBothEnds) {
  EXPECT_EQ(numbers("pow2(8,64)"), (Numbers{8, 16, 32, 64}));
  EXPECT_EQ(numbers("pow2(0.25,1)"), (Numbers{0.25, 0.5, 1}));
  EXPECT_EQ(numbers("pow2(4,4)"), Numbers{4});
}

TEST(AxisExpression, RefusesUnknownFunctionsWithTheNearest) {
  EXPECT_TRUE(contains(refused("linspce(0,1,5)"), "did you mean linspace?"));
}

TEST(AxisExpression, RefusesWrongArguments) {
  EXPECT_TRUE(contains(refused("linspace(0,1)"), "needs 3 numbers, has 2"));
  EXPECT_TRUE(contains(refused("linspace(0,one,5)"), "'one' is not a number"));
  EXPECT_TRUE(contains(refused("linspace(0,inf,5)"), "inf is not a finite number"));
  EXPECT_TRUE(contains(refused("linspace(0,1,2.5)"), "must be a positive integer"));
  EXPECT_TRUE(contains(refused("linspace(0,1,0)"), "must be a positive integer"));
  EXPECT_TRUE(contains(refused("linspace(0,1,1e9)"), "at most 1000000 values"));
  EXPECT_TRUE(contains(refused("geomspace(0,1,5)"), "same sign and not be 0"));
  EXPECT_TRUE(contains(refused("arange(0,1,0)"), "no value lies"));
  EXPECT_TRUE(contains(refused("arange(0,1,-1)"), "no value lies"));
  EXPECT_TRUE(contains(refused("arange(0,1e9,1e-9)"), "at most 1000000 values"));
  EXPECT_TRUE(contains(refused("pow2(1,10)"), "10 is not a power of two"));
  EXPECT_TRUE(contains(refused("pow2(8,4)"), "must not be above"));
  EXPECT_TRUE(contains(refused("pow2(1,2)x"), "closing bracket is missing"));
}

TEST(AxisExpression, NamesThePlace) { EXPECT_TRUE(refused("pow2(1,10)").starts_with("here: ")); }

RC_GTEST_PROP(AxisExpression, LinspaceIsEvenlySpacedBetweenItsEnds, ()) {
  const int a = *rc::gen::inRange(-1000, 1000), b = *rc::gen::inRange(1001, 5000), n = *rc::gen::inRange(2, 200);
  const auto values =
      numbers("linspace(" + std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(n) + ")");
  RC_ASSERT(values.size() == static_cast<std::size_t>(n));
  RC_ASSERT(values.front() == a);
  RC_ASSERT(values.back() == b);
  const double step = static_cast<double>(b - a) / (n - 1);
  for (std::size_t i = 1; i < values.size(); ++i) RC_ASSERT(std::abs(values[i] - values[i - 1] - step) < 1e-7);
}

RC_GTEST_PROP(AxisExpression, AnExtendedGeomspaceMeetsItsOldPoints, ()) {
  const int decades = *rc::gen::inRange(1, 6), per_decade = *rc::gen::inRange(1, 20);
  const auto geomspace = [&](int to) {
    return numbers("geomspace(1e-3,1e" + std::to_string(to - 3) + "," + std::to_string(to * per_decade + 1) + ")");
  };
  const auto shorter = geomspace(decades), longer = geomspace(decades + 1);
  for (std::size_t i = 0; i < shorter.size(); ++i) RC_ASSERT(shorter[i] == longer[i]);
}

RC_GTEST_PROP(AxisExpression, ArangeHasAllStepsBelowItsEnd, ()) {
  const int tenths = *rc::gen::inRange(1, 50), steps = *rc::gen::inRange(1, 300);
  const std::string step = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
  const std::string end = std::to_string(tenths * steps / 10) + "." + std::to_string(tenths * steps % 10);
  RC_ASSERT(numbers("arange(0," + end + "," + step + ")").size() == static_cast<std::size_t>(steps));
}

}  // namespace
}  // namespace ntksweep
