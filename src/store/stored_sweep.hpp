#pragma once

#include <hdf5.h>

#include <string>

#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// What a result file says about itself, from which all of its layout follows.
struct StoredSweep {
  /// Throws InputError where the file lacks something, or holds a job that this program does not understand.
  StoredSweep(hid_t file, const std::string& path);

  Job job;
  Grid grid;
  RecordLayout layout;  ///< of the file's rows
};

/// The text attribute of the root; throws InputError where there is none.
std::string require_attribute(hid_t file, const std::string& name, const std::string& path);

}  // namespace ntksweep
