#include "ntksweep/core/random.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace ntksweep {

namespace {

/// Four 64-bit numbers per counter; the counter carries the position, the key says which stream.
using Block = std::array<std::uint64_t, 4>;

Block philox_block(std::uint64_t stream, std::uint64_t seed, std::uint64_t substream, std::uint64_t block) {
  const r123::Philox4x64::ctr_type counter = {{block, substream, 0, 0}};
  const r123::Philox4x64::key_type key = {{seed, stream}};
  const auto result = r123::Philox4x64()(counter, key);
  return {result[0], result[1], result[2], result[3]};
}

/// The upper 52 bits, centred in their interval: exact, never 0 and never 1.
double to_open_unit(std::uint64_t bits) { return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52; }

std::pair<double, double> box_muller(std::uint64_t a, std::uint64_t b) {
  const double radius = std::sqrt(-2.0 * std::log(to_open_unit(a)));
  const double angle = 2.0 * std::numbers::pi * to_open_unit(b);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

std::array<double, 4> normal_block(const Block& bits) {
  const auto [n0, n1] = box_muller(bits[0], bits[1]);
  const auto [n2, n3] = box_muller(bits[2], bits[3]);
  return {n0, n1, n2, n3};
}

}  // namespace

RandomStream::RandomStream(Stream stream, std::uint64_t seed, std::uint64_t substream)
    : stream_(static_cast<std::uint64_t>(stream)), seed_(seed), substream_(substream) {}

double RandomStream::uniform(std::uint64_t index) const {
  return to_open_unit(philox_block(stream_, seed_, substream_, index / 4)[index % 4]);
}

std::uint64_t RandomStream::below(std::uint64_t bound, std::uint64_t index) const {
  __extension__ using Wide = unsigned __int128;
  const Wide bits = philox_block(stream_, seed_, substream_, index / 4)[index % 4];
  return static_cast<std::uint64_t>((bits * bound) >> 64);
}

void RandomStream::normals(std::span<double> out, std::uint64_t first) const {
  std::uint64_t index = first;
  for (std::size_t i = 0; i < out.size();) {
    const auto block = normal_block(philox_block(stream_, seed_, substream_, index / 4));
    for (std::size_t lane = index % 4; lane < 4 && i < out.size(); ++lane, ++index) {
      out[i++] = block[lane];
    }
  }
}

std::vector<std::int64_t> RandomStream::permutation(std::int64_t n) const {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[below(i, order.size() - i)]);
  }
  return order;
}

}  // namespace ntksweep
