#include "ntksweep/sweep/settings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "messages.hpp"

namespace ntksweep {
namespace {

const Setting& setting(std::string_view key) { return settings()[setting_index(key)]; }

std::string refused(std::string_view key, const Value& value) {
  return refusal([&] { checked_value(setting(key), value, "here"); });
}

TEST(Settings, HaveUniqueKeys) {
  std::set<std::string_view> keys;
  for (const Setting& row : settings()) EXPECT_TRUE(keys.insert(row.key).second) << row.key;
}

TEST(Settings, KeepTheirSectionsTogether) {
  std::set<std::string_view> seen;
  std::string_view previous;
  for (const Setting& row : settings()) {
    if (row.section != previous) {
      EXPECT_TRUE(seen.insert(row.section).second) << row.section;
    }
    previous = row.section;
  }
}

TEST(Settings, HaveDefaultsThatTheyAccept) {
  for (const Setting& row : settings()) EXPECT_EQ(checked_value(row, row.default_value, "here"), row.default_value);
}

TEST(Settings, HaveOneLineOfHelpEach) {
  for (const Setting& row : settings()) {
    EXPECT_FALSE(row.help.empty()) << row.name();
    EXPECT_LT(row.help.size(), 100U) << row.name();
  }
}

TEST(Settings, AreFoundWithAndWithoutTheirSection) {
  EXPECT_EQ(find_setting("grid.width"), find_setting("width"));
  EXPECT_TRUE(find_setting("width").has_value());
  EXPECT_FALSE(find_setting("model.width").has_value());
  EXPECT_THROW(setting_index("widht"), std::logic_error);
}

TEST(CheckedValue, TakesIntegersForReals) {
  EXPECT_EQ(checked_value(setting("step_size"), std::int64_t{1}, "here"), Value(1.0));
}

TEST(CheckedValue, TakesWholeRealsForIntegers) {
  EXPECT_EQ(checked_value(setting("width"), 8.0, "here"), Value(std::int64_t{8}));
  EXPECT_TRUE(contains(refused("width", 8.5), "8.5 is not an integer"));
}

TEST(CheckedValue, SaysWhatWhereWhyAndWhatToTry) {
  EXPECT_EQ(refused("width", std::int64_t{-3}),
            "here: -3 is below 1 (neurons in every hidden layer); give a positive integer");
}

TEST(CheckedValue, RefusesNumbersOutOfRange) {
  EXPECT_TRUE(contains(refused("depth", std::int64_t{65}), "65 is above 64"));
  EXPECT_TRUE(contains(refused("depth", std::int64_t{65}), "give an integer from 0 to 64"));
  EXPECT_TRUE(contains(refused("step_size", 0.0), "0 is not above 0"));
  EXPECT_TRUE(contains(refused("label_noise", -0.5), "give a number of at least 0"));
}

TEST(CheckedValue, RefusesNumbersThatAreNotFinite) {
  EXPECT_TRUE(contains(refused("step_size", std::nan("")), "nan is not a finite number"));
  EXPECT_TRUE(contains(refused("step_size", std::numeric_limits<double>::infinity()), "inf is not a finite number"));
  EXPECT_TRUE(contains(refused("width", std::nan("")), "nan is not a finite number"));
}

TEST(CheckedValue, ChecksEveryNumberOfAList) {
  EXPECT_TRUE(contains(refused("layer_init_scale", std::vector<double>{1, -1}), "-1 is below 0"));
}

TEST(CheckedValue, RefusesTheWrongType) {
  EXPECT_TRUE(contains(refused("width", std::string("wide")), "'wide' is not an integer"));
  EXPECT_TRUE(contains(refused("width", true), "'true' is not an integer"));
  EXPECT_TRUE(contains(refused("step_size", std::string("small")), "'small' is not a number"));
  EXPECT_TRUE(contains(refused("path", std::int64_t{5}), "give a text in quotes"));
}

TEST(CheckedValue, NamesTheChoices) {
  const std::string message = refused("activation", std::string("rellu"));
  EXPECT_TRUE(contains(message, "did you mean relu?"));
  EXPECT_TRUE(contains(message, "tanh"));
}

TEST(NearestName, FindsTheSmallestEditDistance) {
  EXPECT_EQ(nearest_name("widht", {"depth", "width", "with"}), "width");
  EXPECT_EQ(nearest_name("kitten", {"sitting", "mitten", "kit"}), "mitten");
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace ntksweep
