#include "ntksweep/store/death_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace ntksweep {
namespace {

class DeathFile : public testing::Test {
 protected:
  DeathFile() { std::filesystem::remove(death_file_path(path_)); }
  ~DeathFile() override { std::filesystem::remove(death_file_path(path_)); }

  void append_text(const std::string& text) const { std::ofstream(death_file_path(path_), std::ios::app) << text; }

  const std::string path_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + std::to_string(getpid());
  const Death death_{17, 0xfedcba9876543210, 3, "node7", 1732240000123456789, 1732240001, "SIGSEGV"};
};

TEST_F(DeathFile, NoFileMeansNoDeaths) { EXPECT_TRUE(read_deaths(path_).empty()); }

TEST_F(DeathFile, WhatIsAppendedIsRead) {
  append_death(path_, death_);
  Death second = death_;
  second.key = 5;
  second.cause = "silence";
  append_death(path_, second);
  const auto deaths = read_deaths(path_);
  ASSERT_EQ(deaths.size(), 2U);
  EXPECT_EQ(deaths[0].cell, death_.cell);
  EXPECT_EQ(deaths[0].key, death_.key);
  EXPECT_EQ(deaths[0].rank, death_.rank);
  EXPECT_EQ(deaths[0].host, death_.host);
  EXPECT_EQ(deaths[0].run, death_.run);
  EXPECT_EQ(deaths[0].time, death_.time);
  EXPECT_EQ(deaths[0].cause, death_.cause);
  EXPECT_EQ(deaths[1].key, 5U);
  EXPECT_EQ(deaths[1].cause, "silence");
}

TEST_F(DeathFile, TheBeginningOfALineIsMadeBeforehand) {
  append_text(death_line_start(death_) + "12 cause SIGBUS\n");
  const auto deaths = read_deaths(path_);
  ASSERT_EQ(deaths.size(), 1U);
  EXPECT_EQ(deaths[0].time, 12);
  EXPECT_EQ(deaths[0].cause, "SIGBUS");
}

TEST_F(DeathFile, LinesThatAreNoDeathsAreLeftOut) {
  append_text("hello\n\ncell 17 key 00\n");
  append_death(path_, death_);
  append_text("cell 17 key xyz rank 3 host node7 run 5 time 6 cause SIGSEGV\ncell 18 key 00");
  EXPECT_EQ(read_deaths(path_).size(), 1U);
}

TEST_F(DeathFile, AFolderThatIsNotThereCostsNothing) {
  append_death("/nowhere/at/all.h5", death_);
  EXPECT_TRUE(read_deaths("/nowhere/at/all.h5").empty());
}

TEST_F(DeathFile, IsGoneWhenRemoved) {
  append_death(path_, death_);
  remove_death_file(path_);
  EXPECT_TRUE(read_deaths(path_).empty());
}

}  // namespace
}  // namespace ntksweep
