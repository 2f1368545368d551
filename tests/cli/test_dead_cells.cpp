#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "crash_notes.hpp"
#include "dead_cells.hpp"

namespace ntksweep {
namespace {

constexpr std::uint64_t key = 0xabcdef;

class DeadCellsTest : public testing::Test {
 protected:
  ~DeadCellsTest() override { remove_death_file(path_); }

  static Death death(int rank) { return {7, key, rank, "node7", 0, 100, "silence"}; }

  const std::string path_ = testing::TempDir() + "ntksweep-dead-" + std::to_string(getpid());
};

TEST_F(DeadCellsTest, ACellIsQuarantinedWhenTwoDied) {
  DeadCells cells(path_, Quarantined::stay);
  EXPECT_FALSE(cells.quarantine(7, key));
  cells.add(death(1));
  EXPECT_FALSE(cells.quarantine(7, key));
  EXPECT_FALSE(cells.is_quarantined(7));
  cells.add(death(2));
  EXPECT_TRUE(cells.quarantine(7, key));
  EXPECT_TRUE(cells.is_quarantined(7));
  EXPECT_FALSE(cells.quarantine(8, key + 1));
  EXPECT_NE(cells.message(7, key).find("2 processes died"), std::string::npos);
}

TEST_F(DeadCellsTest, DeathsOfEarlierRunsCount) {
  DeadCells(path_, Quarantined::stay).add(death(1));
  DeadCells cells(path_, Quarantined::stay);
  cells.add(death(1));
  EXPECT_TRUE(cells.quarantine(7, key)) << "the same rank of another run is another process";
}

TEST_F(DeadCellsTest, ADeathThatTheProcessHasWrittenItselfCountsOnce) {
  DeadCells cells(path_, Quarantined::stay);
  Death own = death(1);
  own.run = cells.run();
  own.cause = "SIGSEGV";
  append_death(path_, own);
  cells.add(death(1));
  EXPECT_FALSE(cells.quarantine(7, key));
  EXPECT_EQ(read_deaths(path_).size(), 1U);
}

TEST_F(DeadCellsTest, WhereNothingCanBeWrittenTheRunStillCounts) {
  DeadCells cells("/nowhere/at/all.h5", Quarantined::stay);
  cells.add(death(1));
  cells.add(death(2));
  EXPECT_TRUE(cells.quarantine(7, key));
}

TEST_F(DeadCellsTest, TryingAgainForgetsTheDeaths) {
  DeadCells(path_, Quarantined::stay).add(death(1));
  DeadCells cells(path_, Quarantined::are_tried_again);
  cells.add(death(2));
  EXPECT_FALSE(cells.quarantine(7, key));
}

class CrashNotesTest : public DeadCellsTest, public testing::WithParamInterface<int> {};

TEST_P(CrashNotesTest, TheCellAtWorkIsWrittenDownAndTheSignalHasItsEffect) {
  const auto crash = [this] {
    const CrashNotes notes(path_, 3, "node7", 5);
    notes.at_work(6, key - 1);
    notes.at_work(7, key);
    raise(GetParam());
  };
  EXPECT_EXIT(crash(), testing::KilledBySignal(GetParam()), "rank 3 on node7 dies by SIG.* in cell 7 ");
  const auto deaths = read_deaths(path_);
  ASSERT_EQ(deaths.size(), 1U);
  EXPECT_EQ(deaths[0].cell, 7U);
  EXPECT_EQ(deaths[0].key, key);
  EXPECT_EQ(deaths[0].rank, 3);
  EXPECT_EQ(deaths[0].run, 5U);
  EXPECT_GT(deaths[0].time, 1700000000);
}

TEST_P(CrashNotesTest, BetweenCellsNothingIsWritten) {
  const auto crash = [this] {
    const CrashNotes notes(path_, 3, "node7", 5);
    notes.at_work(7, key);
    notes.idle();
    raise(GetParam());
  };
  EXPECT_EXIT(crash(), testing::KilledBySignal(GetParam()), "");
  EXPECT_TRUE(read_deaths(path_).empty());
}

/// The signal comes to one thread while another goes from cell to cell.
TEST_P(CrashNotesTest, ACellThatBeginsMeanwhileDoesNotChangeTheNote) {
  const auto crash = [this] {
    const CrashNotes notes(path_, 3, "node7", 5);
    notes.at_work(7, key);
    std::thread([&notes] {
      for (;;) notes.at_work(7, key);
    }).detach();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    raise(GetParam());
  };
  EXPECT_EXIT(crash(), testing::KilledBySignal(GetParam()), "rank 3 on node7 dies by SIG.* in cell 7 ");
  const auto deaths = read_deaths(path_);
  ASSERT_EQ(deaths.size(), 1U);
  EXPECT_EQ(deaths[0].key, key);
}

INSTANTIATE_TEST_SUITE_P(Signals, CrashNotesTest, testing::Values(SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT));

}  // namespace
}  // namespace ntksweep
