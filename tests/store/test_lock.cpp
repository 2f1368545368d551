#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "small_sweep.hpp"

/// One writer at a time, and a dead one is no obstacle.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;
using Json = nlohmann::json;

class LockTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  std::string lock = path + ".lock";
  SmallSweep sweep{test::dense_job};

  Json held() const { return Json::parse(test::read_text(lock)); }

  /// The lock of a process that was killed with the file open.
  void leave_stale_lock() const {
    const pid_t child = fork();
    if (child == 0) {
      const ResultFile file = sweep.open(path);
      kill(getpid(), SIGKILL);
    }
    waitpid(child, nullptr, 0);
    ASSERT_TRUE(std::filesystem::exists(lock));
  }

  void change_lock(const std::string& key, const Json& value) const {
    Json content = held();
    content[key] = value;
    test::write_text(lock, content.dump());
  }

  std::string refusal() const {
    return message_of<InputError>([&] { sweep.open(path); });
  }
};

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
  EXPECT_NE(message.find("delete this file"), std::string::npos) << message;
  EXPECT_TRUE(std::filesystem::exists(lock));
}

TEST_F(LockTest, ALockThatCannotBeReadIsRespectedAndItsRemovalExplained) {
  test::write_text(lock, "what is this");
  EXPECT_NE(refusal().find("delete it when you are sure"), std::string::npos) << refusal();
}

TEST_F(LockTest, ALockWithAWrongTypeInsideIsRespectedToo) {
  leave_stale_lock();
  change_lock("pid", "seven");
  EXPECT_NE(refusal().find("says nothing about its holder"), std::string::npos) << refusal();
}

TEST_F(LockTest, OfManyTakersOfAStaleLockOneWins) {
  leave_stale_lock();
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  std::vector<pid_t> takers;
  for (int i = 0; i < 8; ++i) {
    takers.push_back(fork());
    if (takers.back() != 0) continue;
    close(ready[1]);
    char byte = 0;
    (void)!read(ready[0], &byte, 1);  // all begin when the pipe is closed
    try {
      const ResultFile file = sweep.open(path);
      sleep(2);
      _exit(0);
    } catch (const InputError&) {
      _exit(1);
    }
  }
  close(ready[0]);
  close(ready[1]);
  int winners = 0;
  for (const pid_t taker : takers) {
    int status = 0;
    waitpid(taker, &status, 0);
    winners += WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  EXPECT_EQ(winners, 1);
}

}  // namespace
}  // namespace ntksweep
