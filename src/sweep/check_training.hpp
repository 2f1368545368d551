#pragma once

#include "ntksweep/sweep/cell.hpp"

namespace ntksweep {

/// Throws InputError naming the keys where the settings of [training], or those of the output, cannot
/// go together: with each other, or with the model.
void check_training(const CellSpec& spec);

}  // namespace ntksweep
