#pragma once

#include <cstdint>
#include <string_view>

namespace ntksweep {

/// One of several parts of a grid, each computed by a run of its own. Groups go to shards in blocks of as many groups
/// as there are shards, one to each, in an order drawn anew for each block: shards are of equal size, and whatever
/// regularity the axes have, of about equal cost.
struct Shard {
  std::uint64_t index = 1, count = 1;  ///< 1 <= index <= count

  bool is_all() const { return count == 1; }
  /// Whether this shard has the group of that number (Grid::cells_of_group).
  bool has_group(std::uint64_t group) const;
};

/// "2/8": the second of eight; empty: all. Throws InputError naming `where`.
Shard parse_shard(std::string_view text, std::string_view where);

}  // namespace ntksweep
