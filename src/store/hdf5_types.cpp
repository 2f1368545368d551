#include "hdf5_types.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace ntksweep {

// Rows are written to the file as they lie in memory.
static_assert(std::endian::native == std::endian::little);

namespace {

hid_t standard_type(Element element) {
  switch (element) {
    case Element::uint8:
      return H5T_STD_U8LE;
    case Element::int32:
      return H5T_STD_I32LE;
    case Element::int64:
      return H5T_STD_I64LE;
    case Element::uint64:
      return H5T_STD_U64LE;
    case Element::float64:
      return H5T_IEEE_F64LE;
    case Element::text:
      break;
  }
  throw std::logic_error("text has no standard type");
}

}  // namespace

std::size_t element_size(Element element) {
  switch (element) {
    case Element::uint8:
      return 1;
    case Element::int32:
      return 4;
    case Element::int64:
    case Element::uint64:
    case Element::float64:
      return 8;
    case Element::text:
      break;
  }
  return 0;
}

Hdf5Handle element_type(Element element) {
  if (element == Element::text) return utf8_type();
  return {H5Tcopy(standard_type(element)), H5Tclose, "make a number type"};
}

Hdf5Handle utf8_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  hdf5_checked(H5Tset_size(type.get(), H5T_VARIABLE), "make a text type");
  hdf5_checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make a text type");
  return type;
}

Hdf5Handle simple_space(const std::vector<hsize_t>& shape) {
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a shape"};
}

std::vector<std::byte> missing_numbers(Element element, std::size_t count) {
  std::vector<std::byte> bytes(count * element_size(element), std::byte{0});
  if (element == Element::int32 || element == Element::int64) std::ranges::fill(bytes, std::byte{0xFF});
  if (element == Element::float64) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < count; ++i) std::memcpy(bytes.data() + i * sizeof missing, &missing, sizeof missing);
  }
  return bytes;
}

}  // namespace ntksweep
