#pragma once

#include <string>

namespace ntksweep {

/// What this binary was built from, for the provenance of result files.
struct BuildInfo {
  std::string version, git_hash, compiler, flags, libraries;
};
BuildInfo build_info();

/// Raised whenever a change alters the numbers of a finished cell; a file of another numerics
/// version is not extended.
inline constexpr int numerics_version = 2;

}  // namespace ntksweep
