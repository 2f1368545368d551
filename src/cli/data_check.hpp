#pragma once

#include <string>

#include "prepared_job.hpp"

namespace ntksweep {

/// Compares the keys of finished cells in the file at `path`, one for each data source, with those
/// they would have today. Throws InputError when a data file has changed since: the cells that are
/// left would be trained on other data than those that are done.
void check_data_is_the_same(const PreparedJob& prepared, const std::string& path);

}  // namespace ntksweep
