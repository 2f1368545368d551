#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace ntksweep {

/// A lock as it will be, under another name: a lock is never seen half written, whenever its taker is killed.
class PreparedLock {
 public:
  /// Written and on the disk. Throws InputError and SystemError, which tell of the lock.
  PreparedLock(const std::string& output_path, const std::string& content);
  PreparedLock(const PreparedLock&) = delete;
  PreparedLock& operator=(const PreparedLock&) = delete;
  ~PreparedLock();

  /// Puts it in place where no lock is; false where one is. File systems without hard links get the plain way, in
  /// which a kill between two calls leaves an empty lock.
  bool put_if_absent() const;

  /// Puts it in the place of the lock that is there; false where it is gone itself: the holder of the lock takes away
  /// what looks left over.
  bool replace() const;

  /// When it was written, by the clock of the file system.
  timespec written() const { return written_; }

 private:
  std::string path_, lock_path_, content_;
  timespec written_{};
};

/// Throws what an operation on the lock ended with.
[[noreturn]] void fail_lock(const std::string& lock_path, std::string_view doing, int error);

}  // namespace ntksweep
