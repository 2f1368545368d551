#pragma once

#include <string>
#include <vector>

#include "ntksweep/core/finding.hpp"

namespace ntksweep {

/// Topics in which the nodes of a run should not differ.
inline constexpr const char* program_topic = "program";
inline constexpr const char* blas_topic = "BLAS kernels";

/// What this machine gives a run with that many ranks on it and cores for them: program, CPU, BLAS kernels, MPI, cores,
/// memory, shared memory.
std::vector<Finding> look_at_node(int ranks, int cores);

}  // namespace ntksweep
