#include "team_cores.hpp"

#include <charconv>
#include <filesystem>
#include <string>

namespace ntksweep {

namespace {

void move_all_threads(const cpu_set_t& cores) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", none)) {
    const std::string name = entry.path().filename();
    pid_t thread = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), thread);
    if (error == std::errc{}) sched_setaffinity(thread, sizeof(cores), &cores);
  }
}

}  // namespace

TeamCores::TeamCores(const cpu_set_t& cores, const cpu_set_t& before)
    : before_(before), moved_(!CPU_EQUAL(&cores, &before)) {
  if (moved_) move_all_threads(cores);
}

TeamCores::~TeamCores() {
  if (moved_) move_all_threads(before_);
}

}  // namespace ntksweep
