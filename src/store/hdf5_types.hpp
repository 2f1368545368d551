#pragma once

#include <hdf5.h>

#include <cstddef>
#include <vector>

#include "hdf5_handle.hpp"

namespace ntksweep {

/// What a variable's numbers are in the file; all little-endian.
enum class Element { uint8, int32, int64, uint64, float64, text };

/// Bytes of one number; 0 for text, which lives elsewhere in the file.
std::size_t element_size(Element element);

/// The file's type; also the type in memory, since the program runs on little-endian machines only.
Hdf5Handle element_type(Element element);

/// That many of the number that means "missing": NaN, -1 (int32, int64), 0 (uint8, uint64).
std::vector<std::byte> missing_numbers(Element element, std::size_t count);

/// Variable-length UTF-8 string.
Hdf5Handle utf8_type();

Hdf5Handle simple_space(const std::vector<hsize_t>& shape);

}  // namespace ntksweep
