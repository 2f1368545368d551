#pragma once

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// Checks, for every combination of model, width and data that the grid holds, that the parameters in
/// model.init_path are those of such a network, so that a wrong file is refused before anything runs.
/// Costs nothing where no cell reads parameters; otherwise one pass over a zipped or filtered grid, or
/// one check for each combination of a full one. Throws InputError naming the file, the layer, both
/// shapes and what to set.
void check_stored_parameters(const Grid& grid, const DataPool& data);

}  // namespace ntksweep
