#pragma once

#include <string>

#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// Reads weights and biases from an HDF5 file: what `replay --export` writes, or a file of one's own with
/// groups layer_1, layer_2, ... that hold `weights` (fan_out x fan_in) and, where the layer has one,
/// `biases` (fan_out). An export has weights_end, biases_end and weights_initial, biases_initial instead;
/// `state` says which, and is ignored for layers with plain `weights`.
/// Throws InputError with file, place, reason and cure for files that cannot be read, missing layers,
/// shapes that do not go together, and numbers that are not finite.
Parameters read_hdf5_parameters(const std::string& path, StoredState state);

}  // namespace ntksweep
