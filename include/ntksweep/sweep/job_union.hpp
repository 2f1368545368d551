#pragma once

#include <vector>

#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// The smallest job that has all cells of `jobs`: the text and origin of the first, every setting of cells with all
/// values that any of them gives it (in ascending order where all of them keep that), no shard. Values that no job puts
/// together are put together too, as the axes of a grid are. Throws InputError when jobs with grid.zip or grid.where
/// differ in more than the shard, as no such job is known then.
Job union_of(const std::vector<Job>& jobs);

}  // namespace ntksweep
