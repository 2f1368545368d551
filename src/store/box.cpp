#include "box.hpp"

#include <algorithm>

#include "hdf5_handle.hpp"

namespace ntksweep {
namespace {

/// How far the box of `count` numbers goes along each dimension.
std::vector<hsize_t> lengths(const std::vector<hsize_t>& shape, std::uint64_t count) {
  std::vector<hsize_t> box(shape.size());
  hsize_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0; stride *= shape[i]) {
    box[i] = std::clamp<hsize_t>(count / stride, 1, shape[i]);
  }
  return box;
}

}  // namespace

std::uint64_t numbers_in_box(const std::vector<hsize_t>& shape, std::uint64_t first, std::uint64_t most) {
  hsize_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0; stride *= shape[i]) {
    const bool fits = stride * shape[i] <= most && first % (stride * shape[i]) == 0;
    if (!fits) return stride * std::clamp<hsize_t>(most / stride, 1, shape[i] - first / stride % shape[i]);
  }
  return stride;
}

std::vector<hsize_t> box_shape(const std::vector<hsize_t>& shape, std::uint64_t most) {
  return lengths(shape, numbers_in_box(shape, 0, most));
}

void select_box(hid_t space, const std::vector<hsize_t>& shape, std::uint64_t first, std::uint64_t count) {
  std::vector<hsize_t> start(shape.size());
  hsize_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0; stride *= shape[i]) start[i] = first / stride % shape[i];
  const std::vector<hsize_t> box = lengths(shape, count);
  hdf5_checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, box.data(), nullptr),
               "select a part of a variable");
}

}  // namespace ntksweep
