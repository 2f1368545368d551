#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// By the number of the status.
inline constexpr std::array<std::string_view, 7> status_names{"pending", "converged", "max_steps",  "diverged",
                                                              "failed",  "skipped",   "quarantined"};

/// How many cells have each status.
struct StatusCounts {
  std::array<std::uint64_t, status_names.size()> by_status{};

  std::uint64_t& operator[](Status status) { return by_status[static_cast<std::size_t>(status)]; }
  std::uint64_t operator[](Status status) const { return by_status[static_cast<std::size_t>(status)]; }

  std::uint64_t total() const;
  /// Without a result, and not pending.
  std::uint64_t bad() const;
  /// What a command that leaves a file of these cells ends with.
  int exit_code() const;
  /// "120 converged, 4 diverged": those that occur.
  std::string summary() const;
};

}  // namespace ntksweep
