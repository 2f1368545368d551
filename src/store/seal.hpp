#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ntksweep {

/// Bytes [offset, offset + size) of a file.
struct Stretch {
  std::uint64_t offset, size;
};

/// Where the file ends by its HDF5 superblock. Throws InputError when it has none of the kind that create_hdf5_file
/// makes.
std::uint64_t hdf5_end(const std::string& path);

/// Puts a seal behind the end of the HDF5 file at `path`: XXH3 over all of its bytes but those of `numbers`, which a
/// run writes later. HDF5 itself trusts what it reads, and can crash on a file with wrong bits; and what nothing but
/// the creation of the file writes has no other checksum. HDF5 and netCDF readers do not look beyond the end.
/// A seal that is there already is replaced. Throws SystemError.
void write_seal(const std::string& path, std::vector<Stretch> numbers);

/// Throws InputError when the HDF5 file at `path` is cut short, has no seal, or a seal that does not fit its bytes.
/// Costs reading the metadata and coordinates once.
void require_seal(const std::string& path);

/// Whether no two of them lie upon each other, and none beyond `end`.
bool are_apart(std::vector<Stretch> stretches, std::uint64_t end);

/// Bytes of a seal over that many stretches of numbers.
std::uint64_t seal_bytes(std::size_t stretches);

}  // namespace ntksweep
