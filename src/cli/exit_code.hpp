#pragma once

namespace ntksweep::exit_code {

inline constexpr int success = 0;         ///< every cell has a result; diverged counts as one
inline constexpr int failure = 1;         ///< system errors: disk full, MPI, a replay that differs
inline constexpr int bad_input = 2;       ///< also: no cell of the grid fits in memory
inline constexpr int some_cells_bad = 3;  ///< finished, some cells failed, were skipped or quarantined
inline constexpr int unfinished = 75;     ///< cells are left: run again

}  // namespace ntksweep::exit_code
