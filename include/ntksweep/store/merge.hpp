#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ntksweep/store/take_over.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// The key of a cell of the grid, by its number.
using KeyOf = std::function<std::uint64_t(std::uint64_t cell)>;

/// What a new result file got from others.
struct Inherited {
  std::uint64_t cells = 0;                ///< with a result
  std::uint64_t damaged = 0;              ///< left behind, as their bytes are not as they were written
  std::optional<std::string> taken_from;  ///< who may still write to the file that was there
};

/// Where the result file at `path` is of the same job but for settings of cells (axis values added, a setting that has
/// become an axis, a shard): lays it anew for `grid`, with every cell that it has, found by key, and puts it in the
/// place of the old one in one step. The same where nothing differs but the lock had to be taken over from a holder
/// that may live, and write to the old one. Nothing where there is no file, or no need. Throws InputError, and leaves
/// the file as it is, when another setting differs, a cell with a result is not in the grid, or the file cannot be read
/// or is in use; SystemError when there is no room for both. Gives the lock back.
std::optional<Inherited> extend_result_file(const std::string& path, const Job& job, const Grid& grid,
                                            const Extents& extents, const KeyOf& key_of,
                                            const TakeOver& take_over = {});

/// Makes a new file at `path` of the cells of all `sources`. Throws InputError when `path` exists, two sources have
/// different results for one cell, one has other statistics or numerics, or a result for a cell that is not in the
/// grid.
Inherited merge_result_files(const std::vector<std::string>& sources, const std::string& path, const Job& job,
                             const Grid& grid, const Extents& extents, const KeyOf& key_of);

}  // namespace ntksweep
