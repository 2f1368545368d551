#pragma once

#include <cstdint>
#include <string_view>

#include "ntksweep/sweep/cell.hpp"

namespace ntksweep {

/// Whether the setting is a seed that can follow grid.seed (by the value -1).
inline bool is_followed_seed(std::string_view key) { return key.starts_with("seed_"); }

/// The seed itself: where it follows, the cell's grid.seed.
inline std::int64_t resolved_seed(const Cell& cell, std::string_view key) {
  const std::int64_t seed = cell.integer(key);
  return seed == -1 ? cell.integer("seed") : seed;
}

}  // namespace ntksweep
