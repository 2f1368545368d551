#pragma once

#include <string>
#include <vector>

#include "ntksweep/nn/data_source.hpp"

namespace ntksweep {

/// x -> factor (x - center), then |x| = length where length > 0. One for training and test inputs.
struct InputScaling {
  Vector center;  ///< d entries, or none
  double factor = 1;
  double length = 0;
};

/// Throws InputError naming `origin` and the sample where one of the given columns is zero, but is to
/// get unit length: before anything is run. (Once centred, scaled_inputs finds the rest.)
void check_lengths(const DataConfig& config, const Matrix& inputs, const std::vector<Index>& columns,
                   const std::string& origin);

/// Constants for data.center and data.scale from the samples `pool` (columns of d x N `inputs`,
/// ascending, so that the bits do not depend on the training order). O(d |pool|) for center and
/// pool_rms. Throws InputError where the pool has no spread to scale by.
InputScaling fit_scaling(const DataConfig& config, const Matrix& inputs, const std::vector<Index>& pool);

/// The given columns of `inputs`, transformed. Throws InputError naming `origin` and the sample where
/// one that is to get unit length has none.
Matrix scaled_inputs(const InputScaling& scaling, const Matrix& inputs, const std::vector<Index>& columns,
                     const std::string& origin);

}  // namespace ntksweep
