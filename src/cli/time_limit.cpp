#include "time_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

using Clock = std::chrono::system_clock;

constexpr double longest_stop_s = 10;  ///< saving takes at most this
constexpr double longest_limit_s = 1e9;

/// What was given, and as what.
struct Given {
  std::string_view text, option;
};

[[noreturn]] void refuse(const Given& given) {
  throw InputError(fmt::format("{}: '{}' is no time above 0; write seconds, or 30m, 2h, 1d, HH:MM:SS or D-HH:MM:SS",
                               given.option, given.text));
}

double number(std::string_view digits, const Given& given) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty() || value < 0) refuse(given);
  return value;
}

/// [[HH:]MM:]SS
double clock_seconds(std::string_view digits, const Given& given) {
  double seconds = 0;
  for (int parts = 1;; ++parts) {
    const std::size_t colon = digits.find(':');
    seconds = 60 * seconds + number(digits.substr(0, colon), given);
    if (colon == std::string_view::npos) return seconds;
    if (parts == 3) refuse(given);
    digits.remove_prefix(colon + 1);
  }
}

double unit_seconds(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    default:
      return 0;
  }
}

}  // namespace

double parse_duration(std::string_view text, std::string_view option) {
  const Given given{text, option};
  double seconds = 0;
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos && dash > 0) {
    seconds = 86400 * number(text.substr(0, dash), given) + clock_seconds(text.substr(dash + 1), given);
  } else if (!text.empty() && unit_seconds(text.back()) > 0) {
    seconds = unit_seconds(text.back()) * number(text.substr(0, text.size() - 1), given);
  } else {
    seconds = clock_seconds(text, given);
  }
  if (!(seconds > 0) || seconds > longest_limit_s) refuse(given);
  return seconds;
}

std::optional<Clock::time_point> stop_time(const std::string& given) {
  const auto after = [](Clock::time_point start, double seconds) {
    return start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  };
  if (!given.empty()) {
    const double limit_s = parse_duration(given);
    return after(Clock::now(), std::max(limit_s - longest_stop_s, 0.5 * limit_s));
  }
  const char* end = std::getenv("SLURM_JOB_END_TIME");
  if (end == nullptr) return std::nullopt;
  const double end_s = std::strtod(end, nullptr);
  return end_s > 0 ? std::optional(after(Clock::time_point(), end_s - longest_stop_s)) : std::nullopt;
}

}  // namespace ntksweep
