#include "array_bytes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

template <class T>
void decode(std::string_view bytes, std::endian order, double* out) {
  for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    std::array<char, sizeof(T)> one;
    std::copy_n(bytes.data() + i, sizeof(T), one.begin());
    if (order != std::endian::native) std::ranges::reverse(one);
    *out++ = static_cast<double>(std::bit_cast<T>(one));
  }
}

/// Number of entries, or one more than `limit` where there are more (a product may overflow).
std::uint64_t bounded_count(const std::vector<std::uint64_t>& shape, std::uint64_t limit) {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) {
    if (extent != 0 && count > limit / extent) return limit + 1;
    count *= extent;
  }
  return count;
}

}  // namespace

template <class T>
NumberType number_type() {
  return {sizeof(T), decode<T>};
}

template NumberType number_type<std::int8_t>();
template NumberType number_type<std::int16_t>();
template NumberType number_type<std::int32_t>();
template NumberType number_type<std::int64_t>();
template NumberType number_type<std::uint8_t>();
template NumberType number_type<std::uint16_t>();
template NumberType number_type<std::uint32_t>();
template NumberType number_type<std::uint64_t>();
template NumberType number_type<float>();
template NumberType number_type<double>();

Matrix decode_array(std::string_view bytes, const std::vector<std::uint64_t>& shape, const NumberType& type,
                    std::endian order, const std::string& file) {
  if (shape.empty() || std::ranges::find(shape, 0u) != shape.end()) {
    throw InputError(fmt::format("{}: its shape ({}) holds no samples", file, fmt::join(shape, ", ")));
  }
  const std::uint64_t count = bounded_count(shape, bytes.size() / type.size);
  if (count * type.size != bytes.size()) {
    throw InputError(fmt::format(
        "{}: {}: the header announces {} numbers of {} bytes, {} bytes follow; fetch or write the file again", file,
        count * type.size > bytes.size() ? "truncated" : "longer than expected", fmt::join(shape, " x "), type.size,
        bytes.size()));
  }
  const auto columns = static_cast<Index>(shape.front());
  Matrix values(static_cast<Index>(count) / columns, columns);
  type.decode(bytes, order, values.data());
  return values;
}

}  // namespace ntksweep
