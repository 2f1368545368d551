#pragma once

#include <functional>
#include <optional>
#include <string>

namespace ntksweep {

/// Looks up a variable of the environment: nullptr when it is not set.
using Environment = std::function<const char*(const char* name)>;

/// What is wrong when a launcher started several processes and MPI sees one: each would take itself
/// for the only one and do the whole job. Nothing when all is well. `mpi_size` is MPI's count.
std::optional<std::string> launcher_mismatch(int mpi_size, const Environment& environment);

}  // namespace ntksweep
