#pragma once

#include <cstdint>
#include <vector>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// The order in which the samples of a pool enter training sets: positions 0..N-1.
/// A function of the seed and the pool only, so that the training set of n samples, its first n,
/// is part of every larger one.
std::vector<Index> shuffled_order(Index pool_size, std::uint64_t seed_data);

/// The same, stratified: each class (0..class_count-1, one per sample of the pool) in an order of its
/// own, then woven by largest deficit, so that every prefix has nearly the class shares of the pool.
/// O(N class_count).
std::vector<Index> stratified_order(const std::vector<Index>& classes, Index class_count, std::uint64_t seed_data);

}  // namespace ntksweep
