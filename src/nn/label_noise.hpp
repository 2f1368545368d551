#pragma once

#include <cstdint>
#include <vector>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// targets (C x n) + sqrt(variance) z, z standard normal by seed_noise, sample position and output:
/// the same normals at every variance.
Matrix with_gaussian_noise(const Matrix& targets, double variance, std::uint64_t seed_noise);

/// Each class is replaced with probability `share` by a uniformly drawn other one of 0..class_count-1.
/// One uniform per sample position decides and a second picks the class, at every share the same:
/// what is wrong at a share is wrong, in the same way, at every larger one.
std::vector<Index> with_wrong_classes(std::vector<Index> classes, Index class_count, double share,
                                      std::uint64_t seed_noise);

}  // namespace ntksweep
