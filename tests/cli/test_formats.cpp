#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "format_time.hpp"
#include "memory_limit.hpp"
#include "ntksweep/core/error.hpp"
#include "progress.hpp"
#include "status_counts.hpp"
#include "time_limit.hpp"

namespace ntksweep {
namespace {

TEST(FormatTime, TakesTheUnitThatReadsBest) {
  EXPECT_EQ(format_time(0.0123), "12 ms");
  EXPECT_EQ(format_time(42), "42.0 s");
  EXPECT_EQ(format_time(750), "12 min 30 s");
  EXPECT_EQ(format_time(5 * 3600 + 12 * 60), "5 h 12 min");
  EXPECT_EQ(format_time(3 * 86400 + 4 * 3600), "3 d 4 h");
  EXPECT_EQ(format_time(INFINITY), "unknown");
}

TEST(ParseBytes, KnowsSuffixesInPowersOf1024) {
  EXPECT_EQ(parse_bytes("2000000"), 2e6);
  EXPECT_EQ(parse_bytes("8G"), 8.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse_bytes("512M"), 512.0 * 1024 * 1024);
  EXPECT_EQ(parse_bytes("1536k"), 1536 * 1024);
  EXPECT_EQ(parse_bytes("2GiB"), 2.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse_bytes("1e9"), 1e9);
}

TEST(ParseBytes, RefusesWhatIsNoSize) {
  for (const char* text : {"", "G", "8X", "8GG", "-1G", "0", "nan", "inf", "8 G"}) {
    EXPECT_THROW(parse_bytes(text), InputError) << text;
  }
}

TEST(ParseBytes, TakesASizeThatIsTooSmallForAMissingUnit) {
  for (const char* text : {"10", "64", "1000000", "1K", "1023.9K", "0.5M"}) {
    try {
      parse_bytes(text);
      ADD_FAILURE() << text;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find("give a unit"), std::string::npos) << text;
    }
  }
  EXPECT_EQ(parse_bytes("1M"), 1024 * 1024);
}

TEST(ParseDuration, TakesUnitsAndWhatSlurmWrites) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("1.5h"), 5400);
  EXPECT_EQ(parse_duration("30m"), 1800);
  EXPECT_EQ(parse_duration("2d"), 172800);
  EXPECT_EQ(parse_duration("05:30"), 330);
  EXPECT_EQ(parse_duration("02:00:01"), 7201);
  EXPECT_EQ(parse_duration("1-12:00:00"), 129600);
}

double seconds_until(const std::optional<std::chrono::system_clock::time_point>& moment) {
  return std::chrono::duration<double>(*moment - std::chrono::system_clock::now()).count();
}

TEST(StopTime, LeavesTimeToSaveBeforeTheLimit) {
  EXPECT_NEAR(seconds_until(stop_time("1h")), 3590, 1);
  EXPECT_NEAR(seconds_until(stop_time("4")), 2, 1);
}

TEST(StopTime, IsThatOfTheSlurmJobWhereNoneIsGiven) {
  unsetenv("SLURM_JOB_END_TIME");
  EXPECT_FALSE(stop_time(""));
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  setenv("SLURM_JOB_END_TIME", std::to_string(now + 600).c_str(), 1);
  EXPECT_NEAR(seconds_until(stop_time("")), 590, 2);
  EXPECT_NEAR(seconds_until(stop_time("1h")), 3590, 1);
  unsetenv("SLURM_JOB_END_TIME");
}

TEST(FormatBytes, TakesTheUnitThatReadsBest) {
  EXPECT_EQ(format_bytes(100), "100 B");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(54e9), "50.3 GiB");
}

TEST(NodeMemory, IsPositiveAndFinite) {
  EXPECT_GT(node_memory().bytes, 1e6);
  EXPECT_TRUE(std::isfinite(node_memory().bytes));
}

TEST(ProgressText, CountsWorkAndNotCells) {
  const Standing standing{.cells_done = 90,
                          .cells_total = 100,
                          .failed = 0,
                          .diverged = 3,
                          .work_done_s = 10,
                          .work_left_s = 30,
                          .time_left_s = 15};
  EXPECT_EQ(progress_text(standing, 5), "90/100 cells, 25 % of the work, 5.0 s gone, about 15.0 s left, 3 diverged");
}

TEST(ProgressText, SaysLoudlyThatCellsFailed) {
  const Standing standing{1, 2, 1, 0, 0, 0, 0};
  EXPECT_NE(progress_text(standing, 0).find("1 FAILED"), std::string::npos);
}

TEST(StatusSummary, NamesThoseThatOccur) {
  EXPECT_EQ((StatusCounts{{0, 120, 0, 4, 0, 0, 1}}.summary()), "120 converged, 4 diverged, 1 quarantined");
}

}  // namespace
}  // namespace ntksweep
