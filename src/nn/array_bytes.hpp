#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// How one number lies in a binary file.
struct NumberType {
  std::size_t size;  ///< bytes
  void (*decode)(std::string_view bytes, std::endian order, double* out);
};

/// T is one of the integer or floating-point types for which array_bytes.cpp has an instance.
template <class T>
NumberType number_type();

/// An array of shape (N, a, b, ...) in C order as a matrix (a b ...) x N. Throws InputError naming
/// `file` when the bytes are fewer or more than the shape says, or the shape holds no number.
Matrix decode_array(std::string_view bytes, const std::vector<std::uint64_t>& shape, const NumberType& type,
                    std::endian order, const std::string& file);

}  // namespace ntksweep
