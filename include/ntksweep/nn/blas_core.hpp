#pragma once

#include <string>

namespace ntksweep {

/// The family of kernels that OpenBLAS chose for this CPU when it was loaded ("Haswell",
/// "SkylakeX", ...). Sums are taken in another order in each: it decides the last bits of a cell.
std::string blas_core();

}  // namespace ntksweep
