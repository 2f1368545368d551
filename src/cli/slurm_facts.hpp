#pragma once

#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "ntksweep/core/finding.hpp"

namespace ntksweep {

/// What there is of a run: its ranks, and the nodes that they are on.
struct RunSize {
  int ranks, nodes;
};

/// What Slurm says of the job that this process is in: number, nodes, tasks, cores, memory, end, restarts; one line
/// that says so where it is in none. Warns of ranks and nodes that the job has and the run does not, and of an end that
/// nobody knows. `variable` may give null; `now` in seconds since 1970.
std::vector<Finding> slurm_findings(const std::function<const char*(const char* name)>& variable, const RunSize& run,
                                    std::time_t now);

}  // namespace ntksweep
