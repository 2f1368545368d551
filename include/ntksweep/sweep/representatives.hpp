#pragma once

#include <functional>

#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// Numbers of cells that between them have every combination, on the axes that matter, that the grid
/// holds. One pass over a zipped or filtered grid; over a full one only as many steps as it returns.
std::vector<std::uint64_t> representatives(const Grid& grid, const std::function<bool(const Axis&)>& matters);

}  // namespace ntksweep
