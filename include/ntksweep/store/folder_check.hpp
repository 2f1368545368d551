#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "ntksweep/core/finding.hpp"

namespace ntksweep {

/// How long one look at a folder may take before the file system counts as one that does not answer.
inline constexpr std::chrono::seconds usual_patience{10};

/// What a folder can do for result files, one topic after the other: file system, free space, and by trial with files
/// of its own, whose names begin with `prefix` (a path) and which are gone at the end: making one, hard links, locks
/// (flock), space held ahead (fallocate), bringing to disk (fsync), renaming, setting times, and the clock of the file
/// server. Ends with the first that does not answer in time. Throws nothing.
std::vector<Finding> check_folder(const std::string& prefix, std::chrono::milliseconds patience = usual_patience);

/// Of these only what keeping two runs apart needs: hard links, locks, renaming, setting times. Takes no time on a
/// disk.
std::vector<Finding> check_locking(const std::string& prefix, std::chrono::milliseconds patience = usual_patience);

}  // namespace ntksweep
