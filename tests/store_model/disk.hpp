#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

/// A disk that fails on demand. disk_calls.cpp defines the C library's calls that write, so that the store, HDF5 and
/// libstdc++ all come through here; calls on other folders go on to the kernel unseen.
namespace ntksweep::test {

enum class Fault {
  none,
  error,  ///< the call fails and does nothing
  half,   ///< a write is cut short
  stop    ///< the process dies in this call: this and all later ones have no effect
};

/// What is gone when the power fails.
enum class Loss { all_unsynced, any_unsynced };

/// What one file holds on the disk, where that may differ from what reads return. A sector that was written since the
/// last sync may hold any of its contents since then, each sector for itself.
struct FileLog {
  static constexpr off_t sector = 512;
  using Sector = std::array<char, sector>;

  explicit FileLog(int descriptor_) : descriptor(descriptor_) {}
  FileLog(const FileLog&) = delete;
  FileLog& operator=(const FileLog&) = delete;
  ~FileLog();

  void before_write(off_t offset, off_t size);
  void before_resize();
  void synced();
  /// The kernel reports a failed write once and then takes its pages for clean: any of them never reach the disk.
  void sync_failed(std::mt19937_64& random);
  /// Reads come from the disk again.
  void forget_clean_pages();
  void lose(Loss loss, std::mt19937_64& random);

  int descriptor;                              ///< of its own, so that the file outlives its name
  std::map<off_t, std::vector<Sector>> older;  ///< contents since the last sync, by sector, oldest first
  std::map<off_t, Sector> lost;                ///< on the disk, of sectors whose write failed
  std::vector<off_t> older_sizes;
};

class Disk {
 public:
  static Disk& instance();

  /// From now on calls on this folder and what is directly in it are watched; what happened before is on the disk.
  /// Counts from zero, without a fault.
  void watch(const std::string& folder);

  /// The `call`-th call from now (1, 2, ...) meets the fault.
  void arm(long call, Fault fault, int error, std::uint64_t seed);
  void disarm() { arm(0, Fault::none, 0, 0); }

  long calls() const { return calls_; }              ///< since arm()
  bool stopped() const { return stopped_; }          ///< the process is dead
  bool met() const { return met_; }                  ///< the fault has occurred
  const std::string& last() const { return last_; }  ///< the call that met it

  void stop();  ///< now
  /// After a stop: the folder as the next process finds it on the running machine.
  void revive();
  /// The folder as it is found after a crash of the machine; names are kept or undone in their order.
  void lose_power(Loss loss, std::uint64_t seed);

  bool is_followed(int descriptor) const;
  int open(const char* path, int flags, mode_t mode);
  int close(int descriptor);
  ssize_t write(int descriptor, const void* data, std::size_t size, off_t offset);
  int truncate(int descriptor, off_t size);
  int allocate(int descriptor, int mode, off_t offset, off_t size);
  int sync(int descriptor, long system_call);
  int advise(int descriptor, off_t offset, off_t size, int advice);
  int rename(const char* from, const char* to);
  int link(const char* from, const char* to);
  int unlink(const char* path);

 private:
  Disk() = default;
  bool is_watched(const char* path) const;
  std::shared_ptr<FileLog> log_of(int descriptor) const;
  void follow(int descriptor, const char* path);
  Fault next(const char* name, const char* path = "");
  Fault next_steady(const char* name, const char* path = "");
  std::string put_aside(const char* path);

  mutable std::mutex mutex_;
  std::string folder_, aside_;
  std::unordered_map<int, std::shared_ptr<FileLog>> open_;  ///< null for the folder itself
  std::map<ino_t, std::shared_ptr<FileLog>> logs_;
  std::vector<std::function<void()>> undo_names_;  ///< since the folder was synced
  long calls_ = 0, at_ = 0, put_aside_ = 0;
  Fault fault_ = Fault::none;
  int error_ = 0;
  bool stopped_ = false, met_ = false;
  std::string last_;
  std::mt19937_64 random_;
};

}  // namespace ntksweep::test
