#pragma once

#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <thread>

#include "descriptor.hpp"

namespace ntksweep {

/// How often a holder gives a sign of life, and after how long without one it counts as lost.
struct LeaseTimes {
  std::chrono::milliseconds renewal{15'000}, silence{60'000};
};

/// While it lives, a thread of its own renews the modification time of a lock file, whatever else the process is busy
/// with (docs/decisions/0022-slurm-and-fencing.md). What is renewed is the file that had this path at first: a lock
/// that another process has put in its place meanwhile is not touched.
class Lease {
 public:
  Lease(const std::string& lock_path, std::chrono::milliseconds renewal);

 private:
  Descriptor lock_;
  std::unique_ptr<std::latch> waits_;  ///< here, as the thread may leave it late
  std::jthread thread_;                ///< the last member: ends first
};

/// How long ago the file was renewed, by the clock of the file system: `now` is the modification time of a file that
/// was just written there.
std::chrono::milliseconds silence_of(const Descriptor& lock, timespec now);

/// The modification time of a file.
timespec modification_time(const Descriptor& file);

}  // namespace ntksweep
