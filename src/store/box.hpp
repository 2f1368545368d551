#pragma once

#include <hdf5.h>

#include <cstdint>
#include <vector>

namespace ntksweep {

/// Numbers from `first` on, at most `most`, that are a box in these dimensions: a part of one dimension, and all of
/// those behind it. Taken one after the other, from 0 on, they cover the variable and are aligned with each other.
std::uint64_t numbers_in_box(const std::vector<hsize_t>& shape, std::uint64_t first, std::uint64_t most);

/// The extent of the box of numbers_in_box that begins at 0.
std::vector<hsize_t> box_shape(const std::vector<hsize_t>& shape, std::uint64_t most);

/// Selects that box of `count` numbers in a dataset's space.
void select_box(hid_t space, const std::vector<hsize_t>& shape, std::uint64_t first, std::uint64_t count);

}  // namespace ntksweep
