#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ntksweep/core/state_slot.hpp"

namespace ntksweep {

/// Of the newest state of each cell in `<output>.state` the first `bytes`, also while a run appends to it: nothing is
/// changed, and checksums of whole states are not looked at. Nothing where there is no such file; what lies behind
/// damage is left out.
std::vector<CellState> heads_of_saved_states(const std::string& output_path, std::size_t bytes);

}  // namespace ntksweep
