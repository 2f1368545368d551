#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ntksweep {

/// By the number of the status.
inline constexpr std::array<std::string_view, 7> status_names{"pending", "converged", "max_steps",  "diverged",
                                                              "failed",  "skipped",   "quarantined"};

/// "120 converged, 4 diverged": those that occur.
std::string status_summary(const std::array<std::uint64_t, 7>& counts);

}  // namespace ntksweep
