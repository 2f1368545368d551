#pragma once

#include <string>
#include <vector>

#include "ntksweep/store/hdf5_parameters.hpp"
#include "ntksweep/store/hdf5_table.hpp"
#include "ntksweep/store/merge.hpp"
#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"
#include "ntksweep/sweep/stored_parameters.hpp"

namespace ntksweep {

/// A job with all that follows from it, checked: what every command that looks at cells needs.
struct PreparedJob {
  Job job;
  Grid grid;
  DataPool data;
  Extents extents;
};

/// Checks every combination of settings and reads the data. Throws InputError.
PreparedJob prepare(Job job);

/// The most that any cell of the grid runs on.
int most_threads(const Job& job);

/// The job must outlive it.
KeyOf key_of(const PreparedJob& prepared);

/// For the way from rank zero to the others.
std::vector<std::byte> to_bytes(const PreparedJob& prepared);
PreparedJob prepared_from_bytes(const std::vector<std::byte>& bytes);

}  // namespace ntksweep
