#include "ntksweep/core/control_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <vector>

namespace ntksweep {

namespace {

namespace fs = std::filesystem;

/// Of a group and all around it, up to the root of the hierarchy, which may be a group itself in a container.
void add_folders(const fs::path& hierarchy, const std::string& group, std::vector<fs::path>& folders) {
  folders.push_back(hierarchy);
  for (auto path = fs::path(group).relative_path(); !path.empty(); path = path.parent_path()) {
    folders.push_back(hierarchy / path);
  }
}

/// Where limits for the controller may stand, of version 1 and 2.
std::vector<fs::path> folders_of(const fs::path& root, const std::string& membership, const std::string& controller) {
  std::vector<fs::path> folders;
  std::istringstream lines(membership);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = fmt::format(",{},", line.substr(first + 1, second - first - 1));
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") {
      add_folders(root, group, folders);
      add_folders(root / "unified", group, folders);
    }
    if (controllers.find(fmt::format(",{},", controller)) != std::string::npos)
      add_folders(root / controller, group, folders);
  }
  return folders;
}

/// The numbers at the start of a file; none where there is no such file, or a word ("max") comes first.
std::vector<double> numbers_in(const fs::path& path) {
  std::ifstream file(path);
  return {std::istream_iterator<double>(file), {}};
}

double first_in(const fs::path& path) {
  const auto numbers = numbers_in(path);
  return numbers.empty() ? INFINITY : numbers.front();
}

/// A quota below 0 is none.
double cores(double quota, double period) { return quota > 0 && period > 0 ? quota / period : INFINITY; }

double cores_in(const fs::path& folder) {
  const auto quota_and_period = numbers_in(folder / "cpu.max");
  const double version_2 = quota_and_period.size() == 2 ? cores(quota_and_period[0], quota_and_period[1]) : INFINITY;
  const double period = first_in(folder / "cpu.cfs_period_us");
  return std::min(version_2, std::isfinite(period) ? cores(first_in(folder / "cpu.cfs_quota_us"), period) : INFINITY);
}

}  // namespace

std::string own_control_groups() {
  std::ifstream file("/proc/self/cgroup");
  return {std::istreambuf_iterator<char>(file), {}};
}

double memory_of_groups(const fs::path& root, const std::string& membership) {
  double limit = INFINITY;
  for (const fs::path& folder : folders_of(root, membership, "memory")) {
    limit = std::min({limit, first_in(folder / "memory.max"), first_in(folder / "memory.limit_in_bytes")});
  }
  return limit;
}

double cores_of_groups(const fs::path& root, const std::string& membership) {
  double limit = INFINITY;
  for (const fs::path& folder : folders_of(root, membership, "cpu")) limit = std::min(limit, cores_in(folder));
  return limit;
}

}  // namespace ntksweep
