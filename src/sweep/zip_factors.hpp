#pragma once

#include <cstddef>
#include <vector>

#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// The job's axes (by position in job.axes), those that advance together in one group; groups
/// stand where the first of their axes stands. Throws InputError for a zip that names no axis,
/// names one twice, or couples axes of unequal length.
std::vector<std::vector<std::size_t>> zip_factors(const Job& job);

}  // namespace ntksweep
