#pragma once

#include <string>
#include <vector>

#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// A group of statistics that the job asks for and that has no values in some of its cells.
struct GroupNote {
  std::string group;
  std::string needs;             ///< what the first such cell lacks, as in "training.momentum = 0"
  std::uint64_t missing, cells;  ///< combinations without it, and all of them (seeds apart)
};

/// One note for each such group: the predictions are NaN there, and whoever asked should know before.
std::vector<GroupNote> group_notes(const Job& job, const Grid& grid);

}  // namespace ntksweep
