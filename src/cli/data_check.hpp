#pragma once

#include <string>

#include "prepared_job.hpp"

namespace ntksweep {

/// Compares the keys of finished cells in the file at `path`, one for each file of data or initial
/// parameters, with those they would have today. Throws InputError when such a file has changed since:
/// the cells that are left would be computed from other numbers than those that are done.
void check_data_is_the_same(const PreparedJob& prepared, const std::string& path);

}  // namespace ntksweep
