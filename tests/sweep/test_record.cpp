#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {
namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();

Job job_with(std::string_view statistics) {
  return parse_job("[statistics]\n" + std::string(statistics), "test.toml", {});
}

bool has(const std::vector<const Statistic*>& selected, std::string_view name) {
  return std::ranges::any_of(selected, [&](const Statistic* row) { return row->name == name; });
}

TEST(SelectedStatistics, FollowKernelAndSpectrumSettings) {
  EXPECT_TRUE(has(selected_statistics(job_with("")), "ntk_drift"));
  EXPECT_FALSE(has(selected_statistics(job_with("")), "ntk_eigenvalues"));
  EXPECT_TRUE(has(selected_statistics(job_with("spectrum = \"full\"")), "ntk_eigenvalues"));
  const auto without = selected_statistics(job_with("kernel = \"none\"\nspectrum = \"full\""));
  EXPECT_FALSE(has(without, "ntk_drift"));
  EXPECT_FALSE(has(without, "ntk_eigenvalues"));
  EXPECT_TRUE(has(without, "weight_movement"));
}

TEST(SelectedStatistics, OnlyKeepsWhatIsNamedAndWhatEveryFileHas) {
  const auto selected = selected_statistics(job_with("only = [\"ntk_cka\", \"movement\"]"));
  EXPECT_TRUE(has(selected, "ntk_cka"));
  EXPECT_TRUE(has(selected, "weight_movement"));
  EXPECT_TRUE(has(selected, "train_loss"));
  EXPECT_FALSE(has(selected, "ntk_drift"));
  EXPECT_FALSE(has(selected, "train_error"));
}

TEST(SelectedStatistics, AMisspeltNameIsRefusedWithTheNearest) {
  try {
    selected_statistics(job_with("only = [\"ntk_drfit\"]"));
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'ntk_drift'"), std::string::npos) << error.what();
  }
}

TEST(SelectedStatistics, EigenvaluesOfWhichNoneAreKeptAreRefused) {
  for (const char* name : {"spectrum", "ntk_eigenvalues"}) {
    const std::string also = "also = [\"" + std::string(name) + "\"]\n";
    for (const char* spectrum : {"none", "extremes"}) {
      EXPECT_THROW(selected_statistics(job_with(also + "spectrum = \"" + spectrum + "\"")), InputError)
          << name << spectrum;
    }
    EXPECT_TRUE(has(selected_statistics(job_with(also + "spectrum = \"top:3\"")), "ntk_eigenvalues"));
  }
  EXPECT_TRUE(has(selected_statistics(job_with("also = [\"infinite\"]")), "infinite_lambda_max"));
}

TEST(RecordLayout, FieldsFollowEachOtherWithoutGaps) {
  const auto selected = selected_statistics(job_with("spectrum = \"full\""));
  const RecordLayout layout = make_layout(selected, {.checkpoints = 5, .layers = 3, .eigenvalues = 7});
  std::size_t expected = 0;
  for (const Field& field : layout.fields) {
    EXPECT_EQ(field.offset, expected) << field.statistic->name;
    EXPECT_EQ(field.rows, field.statistic->taken == Taken::end ? 1 : 5) << field.statistic->name;
    expected += field.rows * field.columns;
  }
  EXPECT_EQ(layout.size, expected);
}

/// A record whose numbers tell their field and place.
std::vector<double> numbered(const RecordLayout& layout) {
  std::vector<double> values(layout.size);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i + 1);
  return values;
}

const Field& field_of(const RecordLayout& layout, std::string_view name) {
  return *std::ranges::find_if(layout.fields, [&](const Field& f) { return f.statistic->name == name; });
}

TEST(ConvertLayout, TheLastCheckpointAndTheOutputLayerStayLast) {
  const auto selected = selected_statistics(job_with(""));
  const RecordLayout small = make_layout(selected, {2, 2, 0});
  const RecordLayout large = make_layout(selected, {4, 3, 0});
  const auto values = numbered(small);
  const auto padded = convert_layout(small, values, large);
  const Field& from = field_of(small, "weight_movement");
  const Field& to = field_of(large, "weight_movement");
  const auto at = [&](std::size_t row, std::size_t column) { return padded[to.offset + row * 3 + column]; };
  EXPECT_EQ(at(0, 0), values[from.offset]);
  EXPECT_TRUE(std::isnan(at(0, 1)));
  EXPECT_EQ(at(0, 2), values[from.offset + 1]);
  EXPECT_TRUE(std::isnan(at(1, 0)));
  EXPECT_TRUE(std::isnan(at(2, 2)));
  EXPECT_EQ(at(3, 0), values[from.offset + 2]);
  EXPECT_EQ(at(3, 2), values[from.offset + 3]);
}

TEST(ConvertLayout, ThereAndBackIsTheSame) {
  const auto selected = selected_statistics(job_with("spectrum = \"full\""));
  const RecordLayout small = make_layout(selected, {3, 2, 4});
  const RecordLayout large = make_layout(selected, {6, 5, 9});
  const auto values = numbered(small);
  EXPECT_EQ(convert_layout(large, convert_layout(small, values, large), small), values);
}

TEST(SelectedStatistics, ADearGroupIsRecordedOnlyWhereAskedFor) {
  EXPECT_FALSE(has(selected_statistics(job_with("")), "test_predictions"));
  const auto selected = selected_statistics(job_with("also = [\"predictions\"]"));
  EXPECT_TRUE(has(selected, "test_predictions"));
  EXPECT_TRUE(has(selected, "ntk_drift"));
}

TEST(SelectedStatistics, NoStatisticHasTheNameOfASettingOrADimension) {
  for (const Statistic& row : statistics()) {
    EXPECT_FALSE(std::ranges::any_of(settings(), [&](const Setting& setting) { return setting.key == row.name; }))
        << row.name;
    for (const char* dimension : {"cell", "checkpoint", "layer", "eigen_index", "test_sample", "output"}) {
      EXPECT_NE(row.name, dimension);
    }
  }
}

TEST(SelectedStatistics, ASpectrumOfWhichNothingIsKeptIsNotRecorded) {
  EXPECT_FALSE(has(selected_statistics(job_with("also = [\"infinite\"]")), "infinite_eigenvalues"));
  EXPECT_TRUE(has(selected_statistics(job_with("also = [\"infinite\"]\nspectrum = \"full\"")), "infinite_eigenvalues"));
}

TEST(SelectedStatistics, ADearGroupThatNeedsKernelsIsRefusedWithoutThem) {
  EXPECT_THROW(selected_statistics(job_with("kernel = \"none\"\nalso = [\"ntk_rotation\"]")), InputError);
}

TEST(ConvertLayout, TestPredictionsKeepTheirSampleAndOutput) {
  const auto selected = selected_statistics(job_with("also = [\"predictions\"]"));
  const RecordLayout small = make_layout(selected, {.checkpoints = 2, .layers = 2, .test_samples = 3, .outputs = 2});
  const RecordLayout large = make_layout(selected, {.checkpoints = 2, .layers = 2, .test_samples = 4, .outputs = 3});
  const auto values = numbered(small);
  const auto padded = convert_layout(small, values, large);
  const Field& from = field_of(small, "test_predictions");
  const Field& to = field_of(large, "test_predictions");
  EXPECT_EQ(padded[to.offset + 2 * 3 + 1], values[from.offset + 2 * 2 + 1]);
  EXPECT_TRUE(std::isnan(padded[to.offset + 2 * 3 + 2]));
  EXPECT_TRUE(std::isnan(padded[to.offset + 3 * 3]));
  EXPECT_EQ(convert_layout(large, padded, small), values);
}

TEST(RecordChecksum, SeesEveryDeterministicPartAndNothingElse) {
  Record record;
  record.key = 7;
  record.status = Status::converged;
  record.values = {1.0, missing, 3.0};
  const auto checksum = record_checksum(record);
  Record other = record;
  other.wall_time_s = 5;
  other.message = "elsewhere";
  other.values[1] = -missing;
  EXPECT_EQ(record_checksum(other), checksum);
  other = record;
  other.key = 8;
  EXPECT_NE(record_checksum(other), checksum);
  other = record;
  other.status = Status::diverged;
  EXPECT_NE(record_checksum(other), checksum);
  other = record;
  other.values[2] = std::nextafter(3.0, 4.0);
  EXPECT_NE(record_checksum(other), checksum);
}

}  // namespace
}  // namespace ntksweep
