#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "lock_case.hpp"
#include "ntksweep/store/merge.hpp"

/// Of an output whose writer is on another host, one writes: the one who took over.
namespace ntksweep {
namespace {

using namespace std::chrono_literals;
using test::message_of;

/// As Slurm gives it to a job and its later starts.
class SlurmJob {
 public:
  SlurmJob(const char* job, const char* restarts) {
    setenv("SLURM_JOB_ID", job, 1);
    if (restarts != nullptr) setenv("SLURM_RESTART_COUNT", restarts, 1);
  }
  SlurmJob(const SlurmJob&) = delete;
  SlurmJob& operator=(const SlurmJob&) = delete;
  ~SlurmJob() {
    unsetenv("SLURM_JOB_ID");
    unsetenv("SLURM_RESTART_COUNT");
  }
};

class TakeOverTest : public test::LockCase {
 protected:
  const LeaseTimes short_times{.renewal = 20ms, .silence = 1500ms};
  std::vector<std::string> said;
  TakeOver given_up{TakeOver::When::given_up, [this](const std::string& line) { said.push_back(line); }};
  TakeOver at_once{.when = TakeOver::When::at_once};

  void leave_lock_of_another_host() const {
    leave_stale_lock();
    change_lock("host", "far-away");
  }

  /// As if the holder had given its last sign of life then.
  void set_renewed(std::chrono::seconds ago) const {
    const auto then = std::chrono::system_clock::now() - ago;
    const timespec time{std::chrono::system_clock::to_time_t(then), 0};
    const timespec both[] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, lock.c_str(), both, 0), 0);
  }

  time_t renewed() const {
    struct stat facts {};
    stat(lock.c_str(), &facts);
    return facts.st_mtim.tv_sec;
  }

  ino_t inode() const {
    struct stat facts {};
    stat(path.c_str(), &facts);
    return facts.st_ino;
  }

  std::optional<Inherited> take_over_file(const TakeOver& rules) const {
    return extend_result_file(
        path, sweep.job, sweep.grid, sweep.extents,
        [&](std::uint64_t cell) { return sweep.record(cell, sweep.extents).key; }, rules);
  }
};

TEST_F(TakeOverTest, AHolderThatWasSilentForAMinuteHasLostItsLock) {
  leave_lock_of_another_host();
  set_renewed(61s);
  const LockFile taken(path, given_up);
  ASSERT_TRUE(taken.taken_from());
  EXPECT_NE(taken.taken_from()->find("on far-away since"), std::string::npos) << *taken.taken_from();
  EXPECT_EQ(held().at("pid"), getpid());
  EXPECT_TRUE(said.empty());
}

TEST_F(TakeOverTest, TheSilenceOfAYoungLockIsWaitedFor) {
  leave_lock_of_another_host();
  const LockFile taken(path, given_up, short_times);
  EXPECT_TRUE(taken.taken_from());
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("which cannot be seen from here; waiting up to "), std::string::npos) << said[0];
}

TEST_F(TakeOverTest, AHolderWhoseClockIsAheadIsNotWaitedForLonger) {
  leave_lock_of_another_host();
  set_renewed(-3600s);
  EXPECT_TRUE(LockFile(path, given_up, short_times).taken_from());
}

TEST_F(TakeOverTest, ASignOfLifeWhileItIsWaitedForKeepsTheLock) {
  leave_lock_of_another_host();
  const std::jthread holder([&](const std::stop_token& stop) {
    for (int ago = 0; !stop.stop_requested(); ago = 1 - ago, std::this_thread::sleep_for(50ms)) {
      set_renewed(std::chrono::seconds(ago));
    }
  });
  const std::string message = message_of<InputError>([&] { LockFile(path, given_up); });
  EXPECT_NE(message.find("on far-away since"), std::string::npos) << message;
  EXPECT_NE(message.find("if it is gone or cut off, --take-over goes on without it"), std::string::npos) << message;
  EXPECT_EQ(held().at("host"), "far-away");
}

TEST_F(TakeOverTest, AnEarlierStartOfTheSameSlurmJobIsNotWaitedFor) {
  leave_lock_of_another_host();
  change_lock("job", "17");
  const SlurmJob job("17", "1");
  EXPECT_TRUE(LockFile(path, given_up).taken_from());
  EXPECT_TRUE(said.empty());
}

TEST_F(TakeOverTest, AnotherStepOfTheSameStartAndAnotherJobAreWaitedFor) {
  leave_lock_of_another_host();
  for (const auto& [job, restarts] : {std::pair("17", 1), std::pair("16", 0)}) {
    change_lock("job", job);
    change_lock("restarts", restarts);
    said.clear();
    const SlurmJob own("17", "1");
    EXPECT_TRUE(LockFile(path, given_up, short_times).taken_from());
    EXPECT_EQ(said.size(), 1U) << job << " " << restarts;
    leave_lock_of_another_host();
  }
}

TEST_F(TakeOverTest, WhoMayNotTakeOverIsRefusedHoweverLongTheSilence) {
  leave_lock_of_another_host();
  set_renewed(600s);
  const std::string message = message_of<InputError>([&] { LockFile(path, {}); });
  EXPECT_NE(message.find("its last sign of life came 10 min ago"), std::string::npos) << message;
}

TEST_F(TakeOverTest, TheOldHolderIsToldAndLeavesTheNewLockAlone) {
  std::optional<LockFile> old(std::in_place, path, TakeOver{}, short_times);
  old->require_held();
  const LockFile taken(path, at_once);
  EXPECT_TRUE(taken.taken_from());
  const std::string message = message_of<SystemError>([&] { old->require_held(); });
  EXPECT_NE(message.find("has taken over; this run stops and writes nothing more"), std::string::npos) << message;
  set_renewed(600s);
  const time_t before = renewed();
  std::this_thread::sleep_for(200ms);  // ten renewals of the old one
  EXPECT_EQ(renewed(), before);
  old.reset();
  taken.require_held();
}

TEST_F(TakeOverTest, AHolderWhoseLockWasRemovedWritesNothingMore) {
  const LockFile holder(path);
  std::filesystem::remove(lock);
  const std::string message = message_of<SystemError>([&] { holder.require_held(); });
  EXPECT_NE(message.find("the lock is gone: "), std::string::npos) << message;
}

TEST_F(TakeOverTest, ALockThatCannotBeReadIsTakenOverOnlyWhenAsked) {
  test::write_text(lock, "what is this");
  set_renewed(600s);
  EXPECT_NE(message_of<InputError>([&] { LockFile(path, given_up); }).find("--take-over goes on"), std::string::npos);
  EXPECT_TRUE(LockFile(path, at_once).taken_from());
}

TEST_F(TakeOverTest, AnEmptyLockIsTakenOverOnlyWhenAsked) {
  test::write_text(lock, "");
  EXPECT_NE(message_of<InputError>([&] { LockFile(path, given_up); }).find("--take-over goes on"), std::string::npos);
  EXPECT_TRUE(LockFile(path, at_once).taken_from());
}

TEST_F(TakeOverTest, ALockIsRenewedWhileItIsHeld) {
  const LockFile holder(path, {}, short_times);
  set_renewed(600s);
  const time_t before = renewed();
  for (int i = 0; i < 500 && renewed() == before; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_GE(renewed(), before + 500);
}

TEST_F(TakeOverTest, ATakeOverThatWasKilledInTheMiddleIsDoneAgain) {
  leave_stale_lock();
  EXPECT_FALSE(LockFile(path, given_up).taken_from());
  leave_stale_lock();
  change_lock("took_over", true);
  EXPECT_TRUE(LockFile(path, given_up).taken_from());
}

TEST_F(TakeOverTest, WhatTheOldRunStillWritesIsLost) {
  ResultFile old = sweep.open(path);
  old.write(sweep.record(1, sweep.extents), sweep.extents, {});
  old.commit();
  old.write(sweep.record(2, sweep.extents), sweep.extents, {});
  const ino_t before = inode();
  const auto taken = take_over_file(at_once);
  ASSERT_TRUE(taken && taken->taken_from);
  EXPECT_EQ(taken->cells, 1U);
  EXPECT_NE(inode(), before);
  EXPECT_NE(message_of<SystemError>([&] { old.commit(); }).find("the lock is gone"), std::string::npos);
  const ResultFile next = sweep.open(path);
  EXPECT_EQ(next.status(1), sweep.record(1, sweep.extents).status);
  EXPECT_EQ(next.status(2), Status::pending);
}

TEST_F(TakeOverTest, ACellThatWasTornByTheOldRunIsNotTakenOver) {
  sweep.open(path).finish();
  {
    ResultFile file = sweep.open(path);
    for (const std::uint64_t cell : {1, 2}) file.write(sweep.record(cell, sweep.extents), sweep.extents, {});
    file.finish();
  }
  std::string bytes = test::read_text(path);
  const std::vector<double> values = sweep.record(2, sweep.extents).values;
  const double number = *std::ranges::find_if(values, [](double value) { return value != std::floor(value); });
  const std::size_t place = bytes.find(std::string(reinterpret_cast<const char*>(&number), sizeof number));
  ASSERT_NE(place, std::string::npos);
  bytes[place] = static_cast<char>(bytes[place] ^ 1);
  test::write_text(path, bytes);
  leave_lock_of_another_host();
  const auto taken = take_over_file(at_once);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->cells, 1U);
  EXPECT_EQ(taken->damaged, 1U);
}

TEST_F(TakeOverTest, AFileThatTheOldRunWasLayingDownNeverGetsItsName) {
  leave_lock_of_another_host();
  std::filesystem::remove(path);
  test::write_text(path + ".tmp.far-away.12", "half a file");
  EXPECT_FALSE(take_over_file(at_once));
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp.far-away.12"));
  EXPECT_FALSE(sweep.open(path).resumed());
}

TEST_F(TakeOverTest, WithoutNeedTheFileStaysAsItIs) {
  leave_stale_lock();
  const ino_t before = inode();
  EXPECT_FALSE(take_over_file(given_up));
  EXPECT_EQ(inode(), before);
}

}  // namespace
}  // namespace ntksweep
