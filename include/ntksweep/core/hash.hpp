#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ntksweep {

/// XXH3, 64 bits: cell keys, data content hashes, record checksums.
std::uint64_t hash_bytes(std::span<const std::byte> bytes);
std::uint64_t hash_text(std::string_view text);

/// Hash of the bytes of an array of trivially copyable values.
template <class T>
std::uint64_t hash_values(std::span<const T> values) {
  return hash_bytes(std::as_bytes(values));
}

/// 16 lower-case hexadecimal digits, and back; throws InputError when `text` is no such number.
std::string to_hex(std::uint64_t value);
std::uint64_t from_hex(std::string_view text);

}  // namespace ntksweep
