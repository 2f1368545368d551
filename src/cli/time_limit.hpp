#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ntksweep {

/// Seconds of "90", "90s", "30m", "2h", "1d", "HH:MM:SS" or "D-HH:MM:SS" (as Slurm writes them). Throws
/// InputError naming the option.
double parse_duration(std::string_view text, std::string_view option = "--time-limit");

/// When a run has to stop so that it is over at its limit: some seconds earlier. The limit is the one given, from now
/// on, or else the end of the Slurm allocation (SLURM_JOB_END_TIME); none where there is neither. Throws InputError.
std::optional<std::chrono::system_clock::time_point> stop_time(const std::string& given);

}  // namespace ntksweep
