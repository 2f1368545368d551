// IDX files (MNIST): an array is accepted exactly where its header goes with the bytes behind it.

#include <algorithm>
#include <vector>

#include "data_file.hpp"
#include "fuzz.hpp"

using namespace ntksweep;

namespace {

std::size_t number_bytes(unsigned char code) {
  switch (code) {
    case 0x08:
    case 0x09:
      return 1;
    case 0x0B:
      return 2;
    case 0x0C:
    case 0x0D:
      return 4;
    case 0x0E:
      return 8;
    default:
      return 0;
  }
}

/// The sizes that the header promises, where the bytes behind it are as many as that; else nothing.
std::vector<std::uint64_t> promised(std::string_view content) {
  if (content.size() < 4 || content[0] != 0 || content[1] != 0) return {};
  const auto dimensions = static_cast<unsigned char>(content[3]);
  const std::size_t header = 4 + 4 * std::size_t{dimensions};
  if (dimensions == 0 || content.size() < header) return {};
  std::vector<std::uint64_t> sizes;
  __extension__ unsigned __int128 bytes = number_bytes(static_cast<unsigned char>(content[2]));
  for (std::size_t i = 0; i < dimensions; ++i) {
    sizes.push_back(fuzz::big_endian(content, 4 + 4 * i, 4));
    bytes = std::min<decltype(bytes)>(bytes * sizes.back(), std::uint64_t{1} << 62U);
  }
  if (bytes == 0 || bytes != content.size() - header) return {};
  return sizes;
}

/// An array of `count` labels 0, 1, 2, 0, 1, ...
std::string labels(std::uint64_t count) {
  std::string content{0, 0, 8, 1};
  for (int shift = 24; shift >= 0; shift -= 8) content.push_back(static_cast<char>(count >> shift));
  for (std::uint64_t i = 0; i < count; ++i) content.push_back(static_cast<char>(i % 3));
  return content;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content = fuzz::as_text(data, size);
  DataConfig config;
  config.source = "idx";
  const auto sizes = promised(content);
  const auto raw = fuzz::load(config, content, labels(sizes.empty() ? 1 : sizes.front()));
  if (content.starts_with("\x1f\x8b")) return 0;
  const bool may_hold_nan = size > 3 && (content[2] == 0x0D || content[2] == 0x0E);
  if (!may_hold_nan) fuzz::must(raw.has_value() == !sizes.empty(), "what is whole, and only that, is accepted");
  if (!raw) return 0;
  fuzz::must(!sizes.empty(), "what is accepted is whole");
  fuzz::must(static_cast<std::uint64_t>(raw->inputs.cols()) == sizes.front(), "the first size counts samples");
  return 0;
}
