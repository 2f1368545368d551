#include "seal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <span>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "raw_file.hpp"

namespace ntksweep {
namespace {

constexpr std::string_view repair = "`ntksweep verify --repair` says which cells are whole and seals it again";

/// The last bytes of the seal; the stretches stand in front of it.
struct Foot {
  std::uint64_t metadata_hash;  ///< of the hashes of all that lies between the stretches
  std::uint64_t hdf5_end;
  std::uint64_t stretches;
  std::uint64_t own_hash;  ///< of the stretches and the fields above
  std::array<char, 16> mark;
};
constexpr std::array<char, 16> seal_mark{'n', 't', 'k', 's', 'w', 'e', 'e', 'p',
                                         ' ', 's', 'e', 'a', 'l', ' ', '1', '\n'};

std::uint64_t own_hash(std::span<const Stretch> stretches, const Foot& foot) {
  const std::array<std::uint64_t, 4> parts{hash_bytes(std::as_bytes(stretches)), foot.metadata_hash, foot.hdf5_end,
                                           foot.stretches};
  return hash_values(std::span<const std::uint64_t>(parts));
}

/// What lies between the stretches (in order) and up to `end`.
std::vector<Stretch> gaps_between(std::span<const Stretch> stretches, std::uint64_t end) {
  std::vector<Stretch> gaps;
  std::uint64_t next = 0;
  for (const Stretch& stretch : stretches) {
    if (stretch.offset > next) gaps.push_back({next, stretch.offset - next});
    next = stretch.offset + stretch.size;
  }
  if (end > next) gaps.push_back({next, end - next});
  return gaps;
}

std::uint64_t hash_of(const RawFile& file, std::span<const Stretch> gaps) {
  constexpr std::uint64_t at_once = 1 << 20;
  std::vector<std::uint64_t> hashes;
  std::vector<std::byte> bytes;
  for (const Stretch& gap : gaps) {
    for (std::uint64_t done = 0; done < gap.size; done += at_once) {
      bytes.resize(std::min(at_once, gap.size - done));
      file.read(gap.offset + done, bytes);
      hashes.push_back(hash_bytes(bytes));
    }
  }
  return hash_values(std::span<const std::uint64_t>(hashes));
}

/// In order, and none beyond `end`: what write_seal has written is.
bool are_in_order(std::span<const Stretch> stretches, std::uint64_t end) {
  std::uint64_t next = 0;
  for (const auto& [offset, size] : stretches) {
    if (offset < next || offset > end || size > end - offset) return false;
    next = offset + size;
  }
  return true;
}

}  // namespace

bool are_apart(std::vector<Stretch> stretches, std::uint64_t end) {
  std::ranges::sort(stretches, {}, &Stretch::offset);
  return are_in_order(stretches, end);
}

std::uint64_t seal_bytes(std::size_t stretches) { return stretches * sizeof(Stretch) + sizeof(Foot); }

std::uint64_t hdf5_end(const std::string& path) {
  // Superblock of version 0: signature, versions and sizes, then addresses of 8 bytes, of which the third is the end.
  constexpr std::array<unsigned char, 9> start{0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n', 0};
  constexpr std::size_t size_of_offsets = 13, end_address = 40;
  std::array<std::byte, 48> superblock{};
  if (std::filesystem::file_size(path) >= superblock.size()) RawFile(path, RawFile::Mode::read).read(0, superblock);
  if (std::memcmp(superblock.data(), start.data(), start.size()) != 0 || superblock[size_of_offsets] != std::byte{8}) {
    throw InputError(fmt::format("{}: is not an HDF5 file as ntksweep writes them; check the path", path));
  }
  std::uint64_t end = 0;
  std::memcpy(&end, &superblock[end_address], sizeof end);
  return end;
}

void write_seal(const std::string& path, std::vector<Stretch> numbers) {
  std::erase_if(numbers, [](const Stretch& stretch) { return stretch.size == 0; });
  std::ranges::sort(numbers, {}, &Stretch::offset);
  const std::uint64_t end = hdf5_end(path);
  const RawFile file(path, RawFile::Mode::write);
  Foot foot{hash_of(file, gaps_between(numbers, end)), end, numbers.size(), 0, seal_mark};
  foot.own_hash = own_hash(numbers, foot);
  file.resize(end + seal_bytes(numbers.size()));
  file.write(end, std::as_bytes(std::span(numbers)));
  file.write(end + numbers.size() * sizeof(Stretch), std::as_bytes(std::span(&foot, 1)));
  file.sync();
}

void require_seal(const std::string& path) {
  const std::uint64_t size = std::filesystem::file_size(path), end = hdf5_end(path);
  if (size < end) {
    throw InputError(
        fmt::format("{}: is cut short, {} bytes are missing at its end: fetch the whole file if it is a copy; or {}",
                    path, end - size, repair));
  }
  const RawFile file(path, RawFile::Mode::read);
  Foot foot{};
  if (size - end >= sizeof foot) file.read(size - sizeof foot, std::as_writable_bytes(std::span(&foot, 1)));
  if (foot.mark != seal_mark || foot.stretches != (size - end - sizeof foot) / sizeof(Stretch) ||
      size - end != seal_bytes(foot.stretches)) {
    throw InputError(fmt::format(
        "{}: has no seal of ntksweep at its end: it is no result file of ntksweep, or another program has written "
        "to it, or it is of a format before 1.2; {}",
        path, repair));
  }
  std::vector<Stretch> stretches(foot.stretches);
  file.read(end, std::as_writable_bytes(std::span(stretches)));
  const bool whole = own_hash(stretches, foot) == foot.own_hash && foot.hdf5_end == end && are_in_order(stretches, end);
  if (!whole || hash_of(file, gaps_between(stretches, end)) != foot.metadata_hash) {
    throw InputError(
        fmt::format("{}: its metadata are not as they were written: the disk, or another program, has changed them; {}",
                    path, repair));
  }
}

}  // namespace ntksweep
