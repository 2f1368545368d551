#include "ntksweep/core/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

std::uint64_t hash_bytes(std::span<const std::byte> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t hash_text(std::string_view text) { return hash_bytes(std::as_bytes(std::span(text))); }

std::string to_hex(std::uint64_t value) { return fmt::format("{:016x}", value); }

std::uint64_t from_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc{} || end != text.data() + text.size()) {
    throw InputError(fmt::format("'{}' is not a cell key (16 hexadecimal digits)", text));
  }
  return value;
}

}  // namespace ntksweep
