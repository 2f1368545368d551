#pragma once

#include <functional>

#include "ntksweep/sweep/cell.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// Calls `visit` with a cell for every combination of the axes that `matters` selects (by their
/// setting), the other axes at their first value. Zip and filter are ignored: a superset of what
/// the grid holds, small where the large axes (seed, step_size) do not matter.
void visit_combinations(const Job& job, const std::function<bool(const Setting&)>& matters,
                        const std::function<void(const Cell&)>& visit);

}  // namespace ntksweep
