#include "memory_limit.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

constexpr std::string_view suffixes = "KMGT";

/// The number in a file, or infinity where there is none ("max", no such file).
double number_in(const std::string& path) {
  std::ifstream file(path);
  double value = 0;
  return file >> value ? value : INFINITY;
}

/// Limit of this process' control group, version 2 or 1.
double cgroup_limit() {
  double limit = number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  std::ifstream membership("/proc/self/cgroup");
  for (std::string line; std::getline(membership, line);) {
    if (line.starts_with("0::")) limit = std::min(limit, number_in("/sys/fs/cgroup" + line.substr(3) + "/memory.max"));
  }
  return limit;
}

double slurm_limit() {
  const char* megabytes = std::getenv("SLURM_MEM_PER_NODE");
  const double value = megabytes == nullptr ? 0 : std::strtod(megabytes, nullptr);
  return value > 0 ? value * 1024 * 1024 : INFINITY;
}

}  // namespace

double parse_bytes(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  double value = std::strtod(copy.c_str(), &end);
  std::string_view rest(end);
  if (const auto power =
          rest.empty() ? std::string_view::npos : suffixes.find(static_cast<char>(std::toupper(rest[0])));
      power != std::string_view::npos) {
    value *= std::pow(1024.0, static_cast<double>(power + 1));
    rest.remove_prefix(1);
  }
  const bool well_formed = end != copy.c_str() && (rest.empty() || rest == "B" || rest == "iB");
  if (!well_formed || !std::isfinite(value) || value <= 0) {
    throw InputError(
        fmt::format("--memory: '{}' is no size; give bytes, or a number with K, M, G or T, as in 8G", text));
  }
  return value;
}

std::string format_bytes(double bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

double node_memory_bytes() {
  const auto physical = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return std::min({physical, cgroup_limit(), slurm_limit()});
}

}  // namespace ntksweep
