#pragma once

#include <filesystem>
#include <string>

namespace ntksweep {

/// The text of /proc/self/cgroup: which control groups this process is in.
std::string own_control_groups();

/// The smallest limit of memory in force, in bytes: of the groups that `membership` names (as own_control_groups has
/// it), those around them, and the root of what is mounted at `root`; version 1 and 2. Infinite where there is none.
double memory_of_groups(const std::filesystem::path& root, const std::string& membership);

/// The same for processor time, in cores: the smallest quota over its period. Infinite where there is none.
double cores_of_groups(const std::filesystem::path& root, const std::string& membership);

inline constexpr const char* control_group_root = "/sys/fs/cgroup";

}  // namespace ntksweep
