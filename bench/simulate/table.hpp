#pragma once

#include "simulation.hpp"

namespace ntksweep::simulate {

/// No schedule is shorter: all work, shared parts once, evenly spread; or the longest cell.
double lower_bound_s(const Grid& grid, const CellTimeTable& times, int ranks);

/// Rows of a Markdown table, one for each run.
void print_head(const Grid& grid, const CellTimeTable& times);
void print_row(const std::string& name, int ranks, double bound_s, const Outcome& run);

}  // namespace ntksweep::simulate
