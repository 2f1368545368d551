#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include "test_cluster.hpp"

/// Ranks that die, or are held up, in the middle of a run on four ranks. After a loss MPI cannot go on to another run,
/// so each test is a process of its own (--gtest_filter), under a launcher that lets the others live.
namespace ntksweep {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double usual_limit_s = 0.5;

/// Called before each cell, on the thread that computes, with the cell and how many this rank has begun.
using Misbehaviour = std::function<void(std::uint64_t cell, int begun)>;

TaskFunction misbehaving(const Misbehaviour& misbehave, std::chrono::milliseconds per_cell = 20ms) {
  const auto begun = std::make_shared<std::atomic<int>>(0);
  return [=](const Task& task, const std::function<void(Record &&)>& commit, StateSlot&) {
    for (const std::uint64_t cell : task.cells) {
      misbehave(cell, ++*begun);
      std::this_thread::sleep_for(per_cell);
      Record record;
      record.cell = cell;
      record.status = Status::converged;
      commit(std::move(record));
    }
  };
}

bool is_rank(int rank) { return test_cluster().rank() == rank; }

void die() { raise(SIGKILL); }

void die_in(std::chrono::milliseconds wait) {
  std::thread([wait] {
    std::this_thread::sleep_for(wait);
    die();
  }).detach();
}

struct Seen {
  std::map<std::uint64_t, int> times;
  std::set<int> ranks, lost;
  Coordinated coordinated;
};

/// On rank zero what it saw; other ranks do not come back from here.
Seen run_everywhere(const TaskFunction& run, const Teams& teams, const std::string& toml, CoordinatorEvents events = {},
                    double silence_limit_s = usual_limit_s) {
  Cluster& cluster = test_cluster();
  if (!is_rank(0)) {
    const Ended ended = work(cluster, run, 0, silence_limit_s);
    if (ended != Ended::cut_off) std::fprintf(stderr, "rank %d was not told to leave\n", cluster.rank());
    cluster.quit(EXIT_SUCCESS);
  }
  Seen seen;
  TestSweep sweep(toml);
  Dispatcher dispatcher = sweep.dispatcher(teams);
  events.record = [&](Record&& record, int rank, const std::string&) {
    ++seen.times[record.cell];
    seen.ranks.insert(rank);
  };
  events.idle = [] {};
  events.silence_limit_s = silence_limit_s;
  const auto verdict = events.lost;
  events.lost = [&](const LostRank& loss) {
    seen.lost.insert(loss.rank);
    return verdict ? verdict(loss) : std::vector<std::uint64_t>();
  };
  seen.coordinated = coordinate(cluster, dispatcher, run, events);
  EXPECT_TRUE(seen.coordinated.needs_abort());
  return seen;
}

void expect_all_once(const Seen& seen, std::size_t cells) {
  EXPECT_EQ(seen.times.size(), cells);
  for (const auto& [cell, times] : seen.times) EXPECT_EQ(times, 1) << "cell " << cell;
  EXPECT_EQ(seen.coordinated.ended, Ended::finished);
}

TEST(LostRanks, WhatAKilledRankHadIsDoneByOthers) {
  const auto run = misbehaving([](std::uint64_t, int begun) {
    if (is_rank(1) && begun == 4) die();
  });
  const Seen seen = run_everywhere(run, 4, sixty_cells);
  expect_all_once(seen, 60);
  EXPECT_EQ(seen.lost, std::set<int>{1});
  EXPECT_EQ(seen.coordinated.lost, std::vector<int>{1});
}

TEST(LostRanks, RankZeroFinishesAlone) {
  const auto run = misbehaving([](std::uint64_t, int begun) {
    if (!is_rank(0) && begun == 2) die();
  });
  const Seen seen = run_everywhere(run, 4, sixty_cells);
  expect_all_once(seen, 60);
  EXPECT_EQ(seen.lost, (std::set<int>{1, 2, 3}));
}

/// It stops with a record that is not sent yet, and sends it when others have the cell.
TEST(LostRanks, ARankThatWasOnlyHeldUpCountsNoMore) {
  const auto run = misbehaving(
      [](std::uint64_t, int begun) {
        const std::string wake_up = "(sleep 1.5; kill -CONT " + std::to_string(getpid()) + ") &";
        if (is_rank(1) && begun == 1 && std::system(wake_up.c_str()) != 0) die();
        if (is_rank(1) && begun == 2) raise(SIGSTOP);
      },
      100ms);
  const Seen seen = run_everywhere(run, 4, sixty_cells);
  expect_all_once(seen, 60);
  EXPECT_EQ(seen.lost, std::set<int>{1});
}

TEST(LostRanks, ARankThatDiesWithNothingToDoIsMissedAtTheEnd) {
  if (is_rank(1)) die_in(100ms);
  const auto run = misbehaving([](std::uint64_t, int) {}, 300ms);
  const Seen seen = run_everywhere(run, 4, "[grid]\nwidth = 4\nsamples = 8\nstep_size = 0.5\n");
  expect_all_once(seen, 1);
  EXPECT_EQ(seen.lost, std::set<int>{1});
}

/// Those that would have had the job from it wait in MPI, and are given up, too.
TEST(LostRanks, ARankThatDiesBeforeItHasTheJobKeepsNobody) {
  if (is_rank(1) || is_rank(2)) die();
  test_cluster().broadcast({});
  const Seen seen = run_everywhere(misbehaving([](std::uint64_t, int) {}), 4, sixty_cells, {}, 0.1);
  expect_all_once(seen, 60);
  EXPECT_TRUE(seen.lost.contains(1) && seen.lost.contains(2));
}

constexpr const char* two_threads =
    "[grid]\nwidth = [4, 8]\nsamples = 8\nstep_size = [0.1, 0.2]\nseed = 4\n[training]\nthreads = 2\n";
const Teams pairs({{{0, 1}, 2}, {{2, 3}, 2}});

TEST(LostRanks, ATeamWithoutItsLeaderIsLedByTheNext) {
  const auto run = misbehaving(
      [](std::uint64_t, int begun) {
        if (is_rank(2) && begun == 2) die();
      },
      50ms);
  const Seen seen = run_everywhere(run, pairs, two_threads);
  expect_all_once(seen, 16);
  EXPECT_EQ(seen.lost, std::set<int>{2});
  EXPECT_TRUE(seen.ranks.contains(3));
}

TEST(LostRanks, ATeamGoesOnWithoutAMember) {
  if (is_rank(3)) die_in(100ms);
  const auto run = misbehaving([](std::uint64_t, int) {}, 60ms);
  const Seen seen = run_everywhere(run, pairs, two_threads);
  expect_all_once(seen, 16);
  EXPECT_EQ(seen.lost, std::set<int>{3});
  EXPECT_EQ(seen.ranks, (std::set<int>{0, 2}));
}

TEST(LostRanks, ACellAtWhichTwoDiedIsGivenToNobodyElse) {
  constexpr std::uint64_t deadly = 7;
  const auto run = misbehaving(
      [](std::uint64_t cell, int begun) {
        if (is_rank(0) && begun == 1) std::this_thread::sleep_for(2500ms);  // the deadly cell is for the others
        if (!is_rank(0) && cell == deadly) die();
      },
      100ms);
  std::map<std::uint64_t, int> deaths;
  CoordinatorEvents events;
  events.lost = [&](const LostRank& loss) {
    const bool enough = !loss.cells.empty() && ++deaths[loss.cells.front()] == 2;
    return enough ? std::vector<std::uint64_t>(1, loss.cells.front()) : std::vector<std::uint64_t>();
  };
  const Seen seen = run_everywhere(run, 4, "[grid]\nwidth = 4\nsamples = 8\nstep_size = 0.5\nseed = 12\n", events);
  EXPECT_EQ(seen.lost.size(), 2U);
  EXPECT_EQ(deaths, (std::map<std::uint64_t, int>{{deadly, 2}}));
  expect_all_once(seen, 11);
  EXPECT_FALSE(seen.times.contains(deadly));
}

TEST(LostRanks, AStopAfterALossStillEndsSoon) {
  bool is_lost = false;
  auto stopped = Clock::time_point();
  const auto run = misbehaving([](std::uint64_t, int) {
    if (is_rank(1)) die();
    std::this_thread::sleep_for(60s);
  });
  CoordinatorEvents events;
  events.lost = [&](const LostRank&) {
    is_lost = true;
    return std::vector<std::uint64_t>();
  };
  events.stop_is_due = [&] {
    if (is_lost) stopped = Clock::now();
    return is_lost;
  };
  const Seen seen = run_everywhere(run, 4, sixty_cells, events);
  EXPECT_EQ(seen.coordinated.ended, Ended::stopped);
  EXPECT_EQ(seen.coordinated.silent, 0);
  EXPECT_LT(Clock::now() - stopped, 5s);
}

/// Says so on stderr, which is what the test looks for.
TEST(LostRanks, WithoutRankZeroTheOthersEndByThemselves) {
  if (is_rank(0)) die_in(200ms);
  run_everywhere(misbehaving([](std::uint64_t, int) {}, 10s), 4, sixty_cells, {}, 0.1);
}

}  // namespace

Cluster& test_cluster(Cluster* started) {
  static Cluster* cluster = started;
  return *cluster;
}

}  // namespace ntksweep

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  ntksweep::Cluster cluster(argc, argv);
  ntksweep::test_cluster(&cluster);
  if (cluster.rank() != 0) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
  }
  cluster.abort(RUN_ALL_TESTS());
}
