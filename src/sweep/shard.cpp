#include "ntksweep/sweep/shard.hpp"

#include <fmt/format.h>

#include <charconv>
#include <numeric>
#include <string>
#include <vector>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

constexpr std::uint64_t most_shards = 100'000;

/// The whole text as a number; 0 where it is none.
std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

std::uint64_t drawn(std::uint64_t group) { return hash_text(fmt::format("shard {}", group)); }

}  // namespace

bool Shard::has_group(std::uint64_t group) const {
  if (is_all()) return true;
  // Its place in its block is how many of the block were drawn before it.
  const std::uint64_t first = group / count * count, own = drawn(group);
  std::uint64_t before = 0;
  for (std::uint64_t other = first; other < first + count; ++other) {
    const std::uint64_t its = drawn(other);
    before += its < own || (its == own && other < group) ? 1 : 0;
  }
  return before + 1 == index;
}

Shard parse_shard(std::string_view text, std::string_view where) {
  if (text.empty()) return {};
  const std::size_t slash = text.find('/');
  const Shard shard{number_in(text.substr(0, slash)),
                    slash == std::string_view::npos ? 0 : number_in(text.substr(slash + 1))};
  if (shard.index >= 1 && shard.index <= shard.count && shard.count <= most_shards) return shard;
  throw InputError(
      fmt::format("{}: '{}' is no shard; write I/N with 1 <= I <= N <= {}, as in 2/8 for the second of eight", where,
                  text, most_shards));
}

}  // namespace ntksweep
