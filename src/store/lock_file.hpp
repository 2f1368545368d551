#pragma once

#include <optional>
#include <string>

#include "lease.hpp"
#include "lock_holder.hpp"
#include "ntksweep/store/take_over.hpp"

namespace ntksweep {

/// Keeps two programs from writing one result file: `<path>.lock`, created exclusively, holds JSON with host, pid,
/// process start, boot id, Slurm job and time, and is renewed while it is held. HDF5's own lock is not used because it
/// shuts readers out.
class LockFile {
 public:
  /// Throws InputError naming the holder while that lives, or may live (it is on another host) and must not be taken
  /// over from. The lock of a process of this host that is gone is taken over; of several takers one wins. May wait as
  /// long as `times.silence`. InputError also when the folder is missing or not writable.
  explicit LockFile(const std::string& path, const TakeOver& take_over = {}, LeaseTimes times = {});
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();              ///< releases
  void release() noexcept;  ///< removes the lock if it is still this object's

  /// A holder before this one that may still write to the file that it has open: the output must get a new file, and
  /// nothing may be built on the old one without looking at it.
  const std::optional<std::string>& taken_from() const { return taken_from_; }

  /// Throws SystemError, naming who has it now, where the lock is not this object's any more.
  void require_held() const;

 private:
  std::string lock_path_;
  std::string content_;
  std::optional<std::string> taken_from_;
  std::optional<Lease> lease_;
};

}  // namespace ntksweep
