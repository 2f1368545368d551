#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ntksweep {

/// What was done to a result file.
struct Repaired {
  std::uint64_t missing_bytes;        ///< that were missing at its end
  std::vector<std::uint64_t> lost;    ///< cells whose bytes were not as they were written: pending now
  std::uint64_t cells;                ///< of the grid
  std::uint64_t unknown_from;         ///< the statuses of this and later cells were in what is missing: pending now
  std::vector<std::string> restored;  ///< coordinates that did not have the values of the settings, and have them now
};

/// Makes a result file that was cut short, or changed by a disk or another program, fit to be read and continued: its
/// length is what it was, cells that are not whole become pending, coordinates get the values that the job gives them,
/// and it is sealed again. What is whole stays as it is. Takes the lock. Throws InputError when too much of the file is
/// gone, or it is in use; SystemError.
Repaired repair_result_file(const std::string& path);

}  // namespace ntksweep
