#pragma once

#include <cstdint>
#include <string>

namespace ntksweep {

/// One start of the program, as its row of the table `attempts` tells it.
struct AttemptRow {
  std::string command_line;
  std::string blas_core{};  ///< empty where not known
  int ranks = 1;
  std::string start{}, last_commit{}, end{};  ///< UTC; empty: not yet
  std::uint64_t cells_finished = 0;
};

/// BLAS kernels of an attempt that finished cells, from its JSON; empty where not known.
std::string blas_core_in(const std::string& attempt_json);

/// Ranks of an attempt, from its JSON; 1 where not known.
int ranks_in(const std::string& attempt_json);

/// JSON of at most `bytes` bytes; a command line that is too long for that is cut from its end.
std::string attempt_json(const AttemptRow& row, std::size_t bytes);

}  // namespace ntksweep
