#include "lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include "ntksweep/core/error.hpp"
#include "prepared_lock.hpp"

namespace ntksweep {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

bool still_at(const std::string& lock_path, const Descriptor& lock) {
  struct stat here {
  }, there{};
  return fstat(lock.get(), &here) == 0 && stat(lock_path.c_str(), &there) == 0 && here.st_ino == there.st_ino &&
         here.st_dev == there.st_dev;
}

/// A lock in the way, for as long as it does not change.
struct Watched {
  std::string text;
  timespec renewed;
  Clock::time_point since;
};

class Taking {
 public:
  Taking(std::string path, const TakeOver& rules, LeaseTimes times)
      : path_(std::move(path)), lock_path_(path_ + ".lock"), rules_(rules), times_(times) {}

  /// Until it is taken. Throws InputError where it cannot be.
  void take() {
    // A lock that is just being made or removed is so for moments only.
    for (auto give_up = Clock::now() + std::chrono::seconds(1); Clock::now() < give_up;) {
      const Attempt attempt = try_once();
      if (attempt == Attempt::taken) return;
      if (attempt == Attempt::wait) give_up = Clock::now() + times_.silence;
      std::this_thread::sleep_for(Milliseconds(attempt == Attempt::wait ? 500 : 50));
    }
    throw InputError(refusal(lock_path_, std::nullopt, {}, advice()));
  }

  const std::string& content() const { return content_; }
  const std::optional<std::string>& taken_from() const { return taken_from_; }

 private:
  enum class Attempt { taken, again, wait };

  std::string advice() const {
    return rules_.when == TakeOver::When::never ? fmt::format("rm {} and run the command again", lock_path_)
                                                : "--take-over goes on without it";
  }

  /// Creates the lock; an existing one is looked at, and replaced where it may be. flock orders the takers; what was
  /// read before it is read again under it.
  Attempt try_once() {
    const LockHolder own = this_process();
    const PreparedLock prepared(path_, content_ = to_json(own));
    if (prepared.put_if_absent()) return Attempt::taken;
    const Descriptor found(open(lock_path_.c_str(), O_RDWR | O_CLOEXEC));
    if (found.get() < 0 && errno == ENOENT) return Attempt::again;
    if (found.get() < 0) fail_lock(lock_path_, "open the lock", errno);
    const bool ordered = flock(found.get(), LOCK_EX) == 0;
    const std::string text = short_text(found);
    if (!still_at(lock_path_, found)) return Attempt::again;
    if (text.empty() && rules_.when != TakeOver::When::at_once) return Attempt::again;  // its creator is about to write
    const std::optional<LockHolder> holder = parse_holder(text);
    if (ordered && holder && liveness(*holder) == Liveness::gone) {
      return holder->took_over ? take_over_from(holder, own) : replaced(prepared);
    }
    const Milliseconds silence = std::max(silence_of(found, prepared.written()), watched_for(text, found));
    if (may_take_from(holder, own, silence, ordered)) return take_over_from(holder, own);
    return wait_for(text, found, holder, silence);
  }

  static Attempt replaced(const PreparedLock& prepared) { return prepared.replace() ? Attempt::taken : Attempt::again; }

  Attempt take_over_from(const std::optional<LockHolder>& holder, LockHolder own) {
    own.took_over = true;
    taken_from_ = holder ? describe(*holder) : "an unknown process";
    return replaced(PreparedLock(path_, content_ = to_json(own)));
  }

  bool may_take_from(const std::optional<LockHolder>& holder, const LockHolder& own, Milliseconds silence,
                     bool ordered) const {
    if (rules_.when != TakeOver::When::given_up) return rules_.when == TakeOver::When::at_once;
    if (!ordered || !holder || holder->host == own.host) return false;
    return is_earlier_start(*holder, own) || silence >= times_.silence;
  }

  /// How long the lock was not renewed while it was looked at from here: no clock is needed for that.
  Milliseconds watched_for(const std::string& text, const Descriptor& lock) const {
    const timespec renewed = modification_time(lock);
    const bool unchanged = watched_ && watched_->text == text && watched_->renewed.tv_sec == renewed.tv_sec &&
                           watched_->renewed.tv_nsec == renewed.tv_nsec;
    return unchanged ? std::chrono::duration_cast<Milliseconds>(Clock::now() - watched_->since) : Milliseconds(-1);
  }

  /// Only the silence of another host is waited for, and only until it is broken.
  Attempt wait_for(const std::string& text, const Descriptor& lock, const std::optional<LockHolder>& holder,
                   Milliseconds silence) {
    const bool may_fall_silent =
        rules_.when == TakeOver::When::given_up && holder && holder->host != this_process().host;
    if (!may_fall_silent || (watched_ && watched_for(text, lock) < Milliseconds(0))) {
      throw InputError(refusal(lock_path_, holder, silence, advice()));
    }
    if (watched_) return Attempt::wait;
    watched_ = {text, modification_time(lock), Clock::now()};
    rules_.say(fmt::format("{}: held by {}, which cannot be seen from here; waiting up to {} for a sign of life",
                           lock_path_, describe(*holder),
                           silence_text(std::min(times_.silence, times_.silence - silence))));
    return Attempt::wait;
  }

  std::string path_, lock_path_, content_;
  TakeOver rules_;
  LeaseTimes times_;
  std::optional<Watched> watched_;
  std::optional<std::string> taken_from_;
};

/// Whether the lock can be read, and what it says.
std::string text_at(const std::string& lock_path) {
  const Descriptor lock(open(lock_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (lock.get() < 0 && errno != ENOENT) fail_lock(lock_path, "open the lock", errno);
  return lock.get() < 0 ? std::string() : short_text(lock);
}

}  // namespace

LockFile::LockFile(const std::string& path, const TakeOver& take_over, LeaseTimes times) : lock_path_(path + ".lock") {
  Taking taking(path, take_over, times);
  taking.take();
  content_ = taking.content();
  taken_from_ = taking.taken_from();
  lease_.emplace(lock_path_, times.renewal);
}

LockFile::LockFile(LockFile&& other) noexcept
    : lock_path_(std::exchange(other.lock_path_, {})),
      content_(std::move(other.content_)),
      taken_from_(std::move(other.taken_from_)),
      lease_(std::exchange(other.lease_, std::nullopt)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(lock_path_, other.lock_path_);
  std::swap(content_, other.content_);
  std::swap(taken_from_, other.taken_from_);
  std::swap(lease_, other.lease_);
  return *this;
}

LockFile::~LockFile() { release(); }

void LockFile::release() noexcept {
  if (lock_path_.empty()) return;
  lease_.reset();
  const Descriptor lock(open(lock_path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (lock.get() >= 0 && short_text(lock) == content_) unlink(lock_path_.c_str());
  lock_path_.clear();
}

void LockFile::require_held() const {
  const std::string text = text_at(lock_path_);
  if (text == content_) return;
  const std::optional<LockHolder> holder = parse_holder(text);
  throw SystemError(
      holder
          ? fmt::format("{}: {} has taken over; this run stops and writes nothing more", lock_path_, describe(*holder))
          : fmt::format("{}: the lock is gone: another run took over, or someone removed it; this run stops and "
                        "writes nothing more; run the same command again",
                        lock_path_));
}

}  // namespace ntksweep
