#include "lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include "lock_holder.hpp"
#include "ntksweep/core/error.hpp"
#include "uninterrupted.hpp"

namespace ntksweep {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& lock_path, std::string_view doing, int error) {
  const std::string message = fmt::format("{}: cannot {}: {}", lock_path, doing, std::strerror(error));
  if (error == ENOENT || error == EACCES || error == EPERM || error == EROFS) {
    throw InputError(message + "; give an output in a folder that you can write to");
  }
  throw SystemError(message);
}

std::string read_all(int descriptor) {
  std::array<char, 4096> buffer{};
  const ssize_t got = pread(descriptor, buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

/// Whether all of it is in the file and on the disk: a lock that is empty after a power failure would tell nothing.
/// Where not, errno says why.
bool write_all(int descriptor, const std::string& content) {
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t written = uninterrupted(
        [&] { return pwrite(descriptor, content.data() + done, content.size() - done, static_cast<off_t>(done)); });
    if (written < 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return uninterrupted([&] { return fdatasync(descriptor); }) == 0;
}

/// Failures are told of the lock.
void write_file(const std::string& path, const std::string& content, const std::string& lock_path) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) fail(lock_path, "create the lock", errno);
  if (!write_all(file.get(), content)) fail(lock_path, "write the lock", errno);
}

/// The lock as it will be, under another name: a lock is never seen half written, whenever its taker is killed.
class PreparedLock {
 public:
  PreparedLock(const std::string& output_path, const std::string& content)
      : path_(fmt::format("{}.tmp.lock.{}", output_path, getpid())) {
    try {
      write_file(path_, content, output_path + ".lock");
    } catch (...) {
      unlink(path_.c_str());
      throw;
    }
  }
  PreparedLock(const PreparedLock&) = delete;
  PreparedLock& operator=(const PreparedLock&) = delete;
  ~PreparedLock() { unlink(path_.c_str()); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

/// Puts it in place where no lock is; false where one is. File systems without hard links get the plain way, in
/// which a kill between two calls leaves an empty lock.
bool put_if_absent(const PreparedLock& prepared, const std::string& lock_path, const std::string& content) {
  if (link(prepared.path(), lock_path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  const Descriptor created(open(lock_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (created.get() < 0 && errno == EEXIST) return false;
  if (created.get() < 0) fail(lock_path, "create the lock", errno);
  if (write_all(created.get(), content)) return true;
  const int error = errno;
  unlink(lock_path.c_str());
  fail(lock_path, "write the lock", error);
}

bool still_at(const std::string& lock_path, int descriptor) {
  struct stat here {
  }, there{};
  return fstat(descriptor, &here) == 0 && stat(lock_path.c_str(), &there) == 0 && here.st_ino == there.st_ino &&
         here.st_dev == there.st_dev;
}

enum class Attempt { taken, again };

/// Creates the lock; an existing one is looked at, and replaced when it is stale. Takers are on one host (only there
/// can a lock be known to be stale), so flock orders them; what was read before it is read again under it.
Attempt try_to_take(const PreparedLock& prepared, const std::string& lock_path, const std::string& content) {
  if (put_if_absent(prepared, lock_path, content)) return Attempt::taken;
  const Descriptor found(open(lock_path.c_str(), O_RDWR | O_CLOEXEC));
  if (found.get() < 0 && errno == ENOENT) return Attempt::again;
  if (found.get() < 0) fail(lock_path, "open the lock", errno);
  const bool ordered = flock(found.get(), LOCK_EX) == 0;
  if (!still_at(lock_path, found.get())) return Attempt::again;
  const std::string text = read_all(found.get());
  if (text.empty()) return Attempt::again;  // its creator is about to write
  const std::optional<LockHolder> holder = parse_holder(text);
  if (!ordered || !holder || liveness(*holder) == Liveness::may_live) throw InputError(refusal(lock_path, holder));
  if (rename(prepared.path(), lock_path.c_str()) != 0) fail(lock_path, "replace the lock", errno);
  return Attempt::taken;
}

}  // namespace

LockFile::LockFile(const std::string& path) : lock_path_(path + ".lock"), content_(to_json(this_process())) {
  const PreparedLock prepared(path, content_);
  for (int attempt = 0; attempt < 20; ++attempt) {
    if (try_to_take(prepared, lock_path_, content_) == Attempt::taken) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw InputError(refusal(lock_path_, std::nullopt));
}

LockFile::LockFile(LockFile&& other) noexcept
    : lock_path_(std::exchange(other.lock_path_, {})), content_(std::move(other.content_)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(lock_path_, other.lock_path_);
  std::swap(content_, other.content_);
  return *this;
}

LockFile::~LockFile() { release(); }

void LockFile::release() noexcept {
  if (lock_path_.empty()) return;
  const Descriptor lock(open(lock_path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (lock.get() >= 0 && read_all(lock.get()) == content_) unlink(lock_path_.c_str());
  lock_path_.clear();
}

}  // namespace ntksweep
