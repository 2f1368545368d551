#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "folder_trials.hpp"

namespace ntksweep {

namespace {

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr double little_space = gibibyte;
/// Beyond it times of files puzzle people; nothing here compares them with a clock of this node.
constexpr double large_difference_s = 60;

/// A file system that is mounted, as a line of /proc/self/mountinfo has it.
struct Mount {
  std::string point, type;
};

/// Blanks and the like stand there as "\040".
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size();
    plain += escape ? static_cast<char>(std::stoi(std::string(text.substr(i + 1, 3)), nullptr, 8)) : text[i];
    if (escape) i += 3;
  }
  return plain;
}

/// "36 35 98:0 /root /point options ... - type source options"
Mount parse_mount(const std::string& line) {
  std::istringstream words(line);
  Mount mount;
  std::string word;
  for (int number = 0; number < 5; ++number) words >> word;
  mount.point = unescaped(word);
  while (words >> word && word != "-") {
  }
  words >> mount.type;
  return mount;
}

bool contains(const std::string& point, const std::string& path) {
  return path.starts_with(point) && (point.ends_with('/') || path.size() == point.size() || path[point.size()] == '/');
}

/// The last of those that contain the path: later ones lie on top.
Mount mount_of(const std::string& path) {
  std::ifstream file("/proc/self/mountinfo");
  Mount best;
  for (std::string line; std::getline(file, line);) {
    Mount mount = parse_mount(line);
    if (contains(mount.point, path) && mount.point.size() >= best.point.size()) best = std::move(mount);
  }
  return best;
}

Outcome failed(int error) {
  return {Grade::problem, std::strerror(error), "give a folder that is there, and that this node sees"};
}

}  // namespace

Outcome look_at_file_system(const TrialFiles& files) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(files.folder, error);
  if (error) return failed(error.value());
  const Mount mount = mount_of(path.string());
  const std::string found = fmt::format("{} at {}", mount.type, mount.point);
  constexpr std::array in_memory{"tmpfs", "ramfs"};
  if (std::ranges::find(in_memory, mount.type) == in_memory.end()) return {Grade::ok, found, {}};
  return {Grade::warning, found, "it is this node's memory, and gone when the node restarts: keep results on a disk"};
}

Outcome look_at_space(const TrialFiles& files) {
  struct statvfs facts {};
  if (statvfs(files.folder.c_str(), &facts) != 0) return failed(errno);
  const double free = static_cast<double>(facts.f_bavail) * static_cast<double>(facts.f_frsize);
  const std::string found = fmt::format("{:.1f} GiB", free / gibibyte);
  if (free >= little_space) return {Grade::ok, found, {}};
  return {Grade::warning, found, "make room: ntksweep plan JOB says how large its file will be"};
}

/// The first file was just written: its time is now, by the clock of the file server.
Outcome look_at_clock(const TrialFiles& files) {
  struct stat facts {};
  if (stat(files.first.c_str(), &facts) != 0) return failed(errno);
  const double written = static_cast<double>(facts.st_mtim.tv_sec) + 1e-9 * static_cast<double>(facts.st_mtim.tv_nsec);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const double difference = written - now;
  if (std::abs(difference) < large_difference_s) return {Grade::ok, "agrees with this node's", {}};
  return {Grade::warning,
          fmt::format("{:.0f} s {} this node's", std::abs(difference), difference > 0 ? "ahead of" : "behind"),
          "results do not depend on it, but the times in logs do: have the clocks set (NTP)"};
}

}  // namespace ntksweep
