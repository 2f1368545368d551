#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ntksweep {

/// Sizes of a file and its packed copy.
struct Packed {
  std::uint64_t bytes_before, bytes_after;
  std::vector<std::uint64_t> damaged;  ///< cells that are not as they were written, in both
};

/// A copy of the result file `source` for archives, at `path`: the same variables, attributes and numbers, in
/// compressed chunks (shuffle and deflate). It is read like any result file; a run cannot write to it. Throws
/// InputError when `path` exists or `source` cannot be read; SystemError, and leaves nothing behind then.
Packed pack_result_file(const std::string& source, const std::string& path);

}  // namespace ntksweep
