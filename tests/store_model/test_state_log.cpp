#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cerrno>
#include <ostream>
#include <set>

#include "disk.hpp"
#include "ntksweep/store/state_file.hpp"
#include "small_store.hpp"

/// Random sequences on the log of states: what was synced, or something newer, is there after any crash, and never
/// other bytes.
namespace ntksweep::test {
namespace {

enum class Deed { append, sync, forget, compact, reopen };
enum class Mishap { none, kill, power, error };

struct LogStep {
  Deed deed = Deed::append;
  std::uint64_t key = 0;
  Mishap mishap = Mishap::none;
  long call = 1;
  std::uint64_t chance = 0;
};

std::ostream& operator<<(std::ostream& out, const LogStep& step) {
  constexpr std::array deeds = {"append", "sync", "forget", "compact", "open again"};
  constexpr std::array mishaps = {"", "the process is killed", "the power fails", "the disk fails"};
  out << deeds[static_cast<std::size_t>(step.deed)];
  if (step.deed == Deed::append || step.deed == Deed::forget) out << ' ' << step.key;
  if (step.mishap == Mishap::none) return out;
  return out << "; in call " << step.call << ' ' << mishaps[static_cast<std::size_t>(step.mishap)] << " (chance "
             << step.chance << ')';
}

constexpr std::size_t keys = 3;

/// The version shows in all bytes.
CellState state_of(std::uint64_t key, int version) {
  return {key, key, std::vector<std::byte>(300 + 700 * key, static_cast<std::byte>(version))};
}

class LogRunner {
 public:
  LogRunner() : folder_(memory_folder()) {
    std::filesystem::create_directory(folder_);
    Disk::instance().watch(folder_);
    open();
  }
  LogRunner(const LogRunner&) = delete;
  LogRunner& operator=(const LogRunner&) = delete;
  ~LogRunner() {
    log_.reset();
    Disk::instance().watch("");
    std::filesystem::remove_all(folder_);
  }

  void perform(const LogStep& step) {
    const bool is_crash = step.mishap == Mishap::kill || step.mishap == Mishap::power;
    const Fault fault = step.mishap == Mishap::none ? Fault::none : is_crash ? Fault::stop : Fault::error;
    Disk::instance().arm(fault == Fault::none ? 0 : step.call, fault, EIO, step.chance);
    try {
      act(step);
    } catch (const SystemError&) {
      RC_ASSERT(Disk::instance().met());
    }
    if (is_crash) crash(step);
    Disk::instance().disarm();
    if (!log_) open();
    for (std::uint64_t key = 0; key < keys; ++key) look(key);
  }

 private:
  void act(const LogStep& step) {
    const int version = 1 + newest_ % 250;
    switch (step.deed) {
      case Deed::append:
        may_be_[step.key].insert(version);
        log_->append(state_of(step.key, version));
        now_[step.key] = {version};
        ++newest_;
        return;
      case Deed::sync:
        try {
          log_->sync();
        } catch (const SystemError&) {
          now_ = may_be_;  // the kernel may have lost anything since the last one
          throw;
        }
        return settle(Forgotten::still_in_the_file);
      case Deed::forget:
        log_->forget(step.key);
        now_[step.key] = {0};
        may_be_[step.key].insert(0);
        return;
      case Deed::compact:
        log_->compact();  // where nothing is left, the file is removed, and may come back
        return settle(log_->size() == 0 ? Forgotten::still_in_the_file : Forgotten::gone);
      case Deed::reopen:
        log_.reset();
    }
  }

  enum class Forgotten { still_in_the_file, gone };
  /// All that is there is on the disk, unless the process died on the way.
  void settle(Forgotten forgotten) {
    if (Disk::instance().stopped()) return;
    for (std::uint64_t key = 0; key < keys; ++key) {
      look(key);
      if (forgotten == Forgotten::gone || !now_[key].contains(0)) may_be_[key] = now_[key];
    }
  }

  void crash(const LogStep& step) {
    Disk::instance().stop();
    log_.reset();
    Disk::instance().disarm();
    if (step.mishap == Mishap::kill) return Disk::instance().revive();
    Disk::instance().lose_power(step.chance % 4 == 0 ? Loss::all_unsynced : Loss::any_unsynced, step.chance);
    open();
    for (std::uint64_t key = 0; key < keys; ++key) may_be_[key] = now_[key];
  }

  void open() {
    log_.emplace(folder_ + "/out.h5");
    now_ = may_be_;
    for (std::uint64_t key = 0; key < keys; ++key) look(key);
  }

  /// What can be read is what it should be; from now on it stays.
  void look(std::uint64_t key) {
    const std::optional<CellState> state = log_->read(key);
    const int version = state ? static_cast<int>(state->bytes.at(0)) : 0;
    if (state) RC_ASSERT(state->bytes == state_of(key, version).bytes);
    RC_LOG() << "state " << key << " is " << version << std::endl;
    RC_ASSERT(now_[key].contains(version));
    now_[key] = {version};
  }

  std::string folder_;
  std::optional<StateFile> log_;
  int newest_ = 0;
  std::array<std::set<int>, keys> now_{{{0}, {0}, {0}}}, may_be_ = now_;  ///< by key: versions; 0: none
};

TEST(StateLog, KeepsWhatWasSyncedThroughEveryCrash) {
  using rc::gen::inRange;
  using rc::gen::resize;
  using rc::gen::set;
  using rc::gen::weightedElement;
  const auto any_step = rc::gen::build<LogStep>(
      set(&LogStep::deed,
          weightedElement<Deed>(
              {{8, Deed::append}, {4, Deed::sync}, {1, Deed::forget}, {1, Deed::compact}, {1, Deed::reopen}})),
      set(&LogStep::key, resize(100, inRange<std::uint64_t>(0, keys))),
      set(&LogStep::mishap,
          weightedElement<Mishap>({{12, Mishap::none}, {1, Mishap::kill}, {3, Mishap::power}, {2, Mishap::error}})),
      set(&LogStep::call, resize(100, inRange<long>(1, 8))),
      set(&LogStep::chance, resize(100, inRange<std::uint64_t>(0, 1000000))));
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *rc::gen::resize(20, rc::gen::container<std::vector<LogStep>>(any_step));
    LogRunner runner;
    for (const LogStep& step : steps) runner.perform(step);
  }));
}

}  // namespace
}  // namespace ntksweep::test
