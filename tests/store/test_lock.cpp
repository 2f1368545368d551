#include <atomic>
#include <barrier>
#include <optional>
#include <thread>

#include "lock_case.hpp"

/// One writer at a time, and a dead one is no obstacle.
namespace ntksweep {
namespace {

class LockTest : public test::LockCase {};

TEST_F(LockTest, TheLockNamesItsHolder) {
  const ResultFile file = sweep.open(path);
  EXPECT_EQ(held().at("pid"), getpid());
  EXPECT_FALSE(held().at("host").get<std::string>().empty());
  EXPECT_FALSE(held().at("since").get<std::string>().empty());
}

TEST_F(LockTest, TheLockIsGoneAfterTheRun) {
  sweep.open(path).finish();
  EXPECT_FALSE(std::filesystem::exists(lock));
}

TEST_F(LockTest, ASecondWriterIsRefusedAndToldWhoWrites) {
  const ResultFile file = sweep.open(path);
  const std::string message = refusal();
  EXPECT_NE(message.find("process " + std::to_string(getpid())), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(lock));
}

TEST_F(LockTest, ASecondWriterInAnotherProcessIsRefused) {
  const ResultFile file = sweep.open(path);
  const pid_t child = fork();
  if (child == 0) _exit(refusal().find("is being written by process") != std::string::npos ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(LockTest, TheLockOfAKilledRunIsTakenOver) {
  leave_stale_lock();
  const ResultFile file = sweep.open(path);
  EXPECT_TRUE(file.resumed());
  EXPECT_EQ(held().at("pid"), getpid());
}

TEST_F(LockTest, AProcessThatGotTheNumberOfADeadOneDoesNotHoldItsLock) {
  leave_stale_lock();
  change_lock("pid", getpid());
  EXPECT_TRUE(sweep.open(path).resumed());
}

TEST_F(LockTest, ALockFromBeforeARebootIsTakenOver) {
  {
    const ResultFile file = sweep.open(path);
    change_lock("boot_id", "another");
    EXPECT_TRUE(sweep.open(path).resumed());
  }
  EXPECT_FALSE(std::filesystem::exists(lock));
}

TEST_F(LockTest, ALockOfAnotherHostIsRespectedAndItsRemovalExplained) {
  leave_stale_lock();
  change_lock("host", "far-away");
  change_lock("job", "4711");
  const std::string message = refusal();
  EXPECT_NE(message.find("far-away (Slurm job 4711)"), std::string::npos) << message;
  EXPECT_NE(message.find("; if it is gone or cut off, rm "), std::string::npos) << message;
  EXPECT_TRUE(std::filesystem::exists(lock));
}

TEST_F(LockTest, ALockThatCannotBeReadIsRespectedAndItsRemovalExplained) {
  test::write_text(lock, "what is this");
  EXPECT_NE(refusal().find("when you are sure that no run is writing, rm "), std::string::npos) << refusal();
}

TEST_F(LockTest, ALockWithAWrongTypeInsideIsRespectedToo) {
  leave_stale_lock();
  change_lock("pid", "seven");
  EXPECT_NE(refusal().find("says nothing about its holder"), std::string::npos) << refusal();
}

TEST_F(LockTest, OfManyTakersOfAStaleLockOneWins) {
  constexpr int rounds = 300, takers = 4;
  leave_stale_lock();
  const std::string stale = test::read_text(lock);
  std::atomic<int> winners = 0;
  std::vector<int> winners_of_round;
  // The lock of each round is made anew, and its winners counted, while all takers wait.
  std::barrier begin(takers, [&]() noexcept { test::write_text(lock, stale); });
  std::barrier end(takers, [&]() noexcept { winners_of_round.push_back(winners.exchange(0)); });
  const auto take = [&] {
    for (int round = 0; round < rounds; ++round) {
      begin.arrive_and_wait();
      std::optional<LockFile> taken;
      try {
        taken.emplace(path);
        ++winners;
      } catch (const InputError&) {
      }
      end.arrive_and_wait();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < takers; ++i) threads.emplace_back(take);
  }
  EXPECT_EQ(winners_of_round, std::vector<int>(rounds, 1));
}

}  // namespace
}  // namespace ntksweep
