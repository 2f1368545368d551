#include "ntksweep/sweep/filter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "messages.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {
namespace {

/// Keeps a cell of width 16, samples 8, step_size 0.5, everything else at its default?
bool keeps(std::string_view expression) {
  const Value width = std::int64_t{16}, samples = std::int64_t{8}, step_size = 0.5;
  return Filter(expression, "here").keeps([&](std::size_t setting) -> const Value& {
    const auto key = settings()[setting].key;
    if (key == "width") return width;
    if (key == "samples") return samples;
    return key == "step_size" ? step_size : settings()[setting].default_value;
  });
}

std::string refused(std::string_view expression) {
  return refusal([&] { Filter(expression, "here"); });
}

TEST(Filter, ComparesSettings) {
  EXPECT_TRUE(keeps("width == 2 * samples"));
  EXPECT_FALSE(keeps("width != 2 * samples"));
  EXPECT_TRUE(keeps("width > samples"));
  EXPECT_FALSE(keeps("width <= samples"));
  EXPECT_TRUE(keeps("width >= 16"));
  EXPECT_FALSE(keeps("width < 16"));
  EXPECT_TRUE(keeps("grid.width == 16"));
}

TEST(Filter, FollowsThePrecedenceOfArithmetic) {
  EXPECT_TRUE(keeps("1 + 2 * 3 == 7"));
  EXPECT_TRUE(keeps("(1 + 2) * 3 == 9"));
  EXPECT_TRUE(keeps("10 - 2 - 3 == 5"));
  EXPECT_TRUE(keeps("16 / 4 / 2 == 2"));
  EXPECT_TRUE(keeps("2 ^ 3 ^ 2 == 512"));
  EXPECT_TRUE(keeps("-2 ^ 2 == -4"));
  EXPECT_TRUE(keeps("2 ^ -1 == 0.5"));
  EXPECT_TRUE(keeps("3 - -1 == 4"));
  EXPECT_TRUE(keeps("3-1==2"));
}

TEST(Filter, FollowsThePrecedenceOfLogic) {
  EXPECT_TRUE(keeps("1 == 1 or 1 == 2 and 1 == 2"));
  EXPECT_FALSE(keeps("(1 == 1 or 1 == 2) and 1 == 2"));
  EXPECT_TRUE(keeps("not 1 == 2"));
  EXPECT_FALSE(keeps("not 1 == 2 and 1 == 2"));
  EXPECT_TRUE(keeps("not (1 == 2 and 1 == 2)"));
  EXPECT_TRUE(keeps("not not 1 == 1"));
}

TEST(Filter, ComparesTexts) {
  EXPECT_TRUE(keeps("activation == 'relu'"));
  EXPECT_TRUE(keeps("\"tanh\" != activation"));
  EXPECT_FALSE(keeps("activation != 'relu' or depth > 1"));
}

TEST(Filter, IsFalseForComparisonsWithWhatIsNoNumber) {
  EXPECT_FALSE(keeps("0/0 == 0/0"));
  EXPECT_FALSE(keeps("0/0 != 1"));
}

TEST(Filter, SaysAtWhichColumnWhatWasExpected) {
  EXPECT_EQ(refused("width >"), "here: column 8 of 'width >': expected a number, a setting or (, found the end");
  EXPECT_EQ(refused("width > 2 3"), "here: column 11 of 'width > 2 3': expected and, or, or the end, found '3'");
  EXPECT_EQ(refused("(width > 2"), "here: column 11 of '(width > 2': expected ), found the end");
}

TEST(Filter, RefusesMalformedExpressions) {
  EXPECT_TRUE(contains(refused(""), "column 1"));
  EXPECT_TRUE(contains(refused("width"), "expected a comparison, found a number"));
  EXPECT_TRUE(contains(refused("'relu'"), "expected a comparison, found a text"));
  EXPECT_TRUE(contains(refused("1 < width < 3"), "column 11"));
  EXPECT_TRUE(contains(refused("width = 3"), "'=' has no meaning here"));
  EXPECT_TRUE(contains(refused("width & 3"), "'&' has no meaning here"));
  EXPECT_TRUE(contains(refused("width and 3"), "expected a comparison, found a number"));
  EXPECT_TRUE(contains(refused("1 + (2 < 3) > 1"), "expected a number, found a comparison"));
  EXPECT_TRUE(contains(refused("not width"), "expected a comparison"));
  EXPECT_TRUE(contains(refused("width > and"), "column 9"));
  EXPECT_TRUE(contains(refused("activation == 'relu"), "not closed"));
  EXPECT_TRUE(contains(refused(". < 1"), "begins no number"));
}

TEST(Filter, RefusesComparisonsBetweenTextsAndNumbers) {
  EXPECT_TRUE(contains(refused("activation == 3"), "compares a text with something else"));
  EXPECT_TRUE(contains(refused("activation < 'tanh'"), "== and !="));
  EXPECT_TRUE(contains(refused("activation + 1 > 2"), "expected a number, found a text"));
}

TEST(Filter, RefusesSettingsThatItCannotCompare) {
  EXPECT_TRUE(contains(refused("widht > 3"), "did you mean grid.width?"));
  EXPECT_TRUE(contains(refused("checkpoints > 3"), "statistics.checkpoints is not part of a cell"));
  EXPECT_TRUE(contains(refused("classes == 3"), "data.classes is a list"));
}

TEST(Filter, RefusesNestingThatWouldExhaustTheStack) {
  EXPECT_TRUE(contains(refused(std::string(5000, '(') + "1"), "too deep"));
  EXPECT_TRUE(contains(refused(std::string(5000, '-') + "1 < 2"), "too deep"));
  EXPECT_TRUE(contains(refused(std::string(50000, '-') + "1 < 2"), "more than 10000 words"));
}

RC_GTEST_PROP(Filter, AgreesWithTheLanguageOnComparisons, (int a, int b)) {
  const auto text = [&](const char* op) { return std::to_string(a) + op + std::to_string(b); };
  RC_ASSERT(keeps(text("<")) == (a < b));
  RC_ASSERT(keeps(text("<=")) == (a <= b));
  RC_ASSERT(keeps(text(">")) == (a > b));
  RC_ASSERT(keeps(text(">=")) == (a >= b));
  RC_ASSERT(keeps(text("==")) == (a == b));
  RC_ASSERT(keeps(text("!=")) == (a != b));
}

RC_GTEST_PROP(Filter, EndsInATreeOrAMessageWhateverItIsGiven, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
      "width", "3", "+", "-", "*", "/", "^", "(", ")", "<", "==", "and", "or", "not", "'relu'", "activation", "."}));
  std::string expression;
  for (const auto& word : words) expression += word + " ";
  try {
    keeps(expression);
  } catch (const InputError& error) {
    RC_ASSERT(std::string(error.what()).starts_with("here: column "));
  }
}

}  // namespace
}  // namespace ntksweep
