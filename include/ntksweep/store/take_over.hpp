#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace ntksweep {

/// What may be done about an output that a process of another host has locked, of which nobody here can see whether it
/// lives (docs/decisions/0022-slurm-and-fencing.md). From a process of this host that has ended every lock is taken.
struct TakeOver {
  enum class When : std::uint8_t {
    never,
    given_up,  ///< an earlier start of this Slurm job, or one that has given no sign of life for a minute
    at_once,   ///< from whoever holds it
  };
  When when = When::never;
  /// Told, in one line, what is waited for.
  std::function<void(const std::string&)> say = [](const std::string&) {};
};

}  // namespace ntksweep
