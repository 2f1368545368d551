#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// A coordinate that does not have the values of the grid: where it lies, and the bytes that belong there.
struct ChangedCoordinate {
  std::string name;
  std::uint64_t offset;
  std::vector<std::byte> values;
};

/// Those of an open result file. Throws SystemError where it is one of texts, which have no fixed place.
std::vector<ChangedCoordinate> changed_coordinates(hid_t file, const Grid& grid, const RecordLayout& layout);

/// Throws SystemError where the settings that readers are told are not those of the job in the file.
void require_own_settings(hid_t file, const Job& job);

}  // namespace ntksweep
