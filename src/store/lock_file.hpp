#pragma once

#include <string>

namespace ntksweep {

/// Keeps two programs from writing one result file: `<path>.lock`, created exclusively, holds JSON with host, pid,
/// process start, boot id, Slurm job and time. HDF5's own lock is not used because it shuts readers out.
class LockFile {
 public:
  /// Throws InputError naming the holder while that lives, or may live (it is on another host). The lock of a process
  /// of this host that is gone is taken over; of several takers one wins. InputError also when the folder is missing
  /// or not writable.
  explicit LockFile(const std::string& path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();              ///< releases
  void release() noexcept;  ///< removes the lock if it is still this object's

 private:
  std::string lock_path_;
  std::string content_;
};

}  // namespace ntksweep
