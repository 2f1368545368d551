#pragma once

#include <functional>
#include <string>
#include <vector>

#include "file_layout.hpp"
#include "raw_file.hpp"

namespace ntksweep {

/// Lays down a complete result file in which every cell is pending: under a temporary name in the same folder, every
/// byte written, on disk, then renamed to `path`. Throws SystemError with the bytes needed when they are not there,
/// and leaves nothing behind then. The caller holds the lock. `fill` may write cells into the file before it gets its
/// name; what it throws passes through, and leaves nothing behind either.
using Fill = std::function<void(const RawFile& file, const std::vector<std::uint64_t>& offsets)>;
void create_result_file(const std::string& path, const Job& job, const Grid& grid, const RecordLayout& layout,
                        const Fill& fill = {});

/// Removes what runs that were killed while they took the lock or laid down their file left behind. The caller holds
/// the lock.
void remove_leftovers(const std::string& path);

/// How variables are stored: at a place of their own, where numbers are written later; or in compressed chunks, of as
/// many numbers as numbers_per_chunk says at most.
enum class Storage { contiguous, packed };
std::uint64_t numbers_per_chunk(Element element);

/// Writes all metadata of the file at `path`: dimensions, coordinates, variables, attributes. The variables have no
/// contents yet.
void lay_down_metadata(const std::string& path, const std::vector<Attribute>& root, const Grid& grid,
                       const RecordLayout& layout, Storage storage);

}  // namespace ntksweep
