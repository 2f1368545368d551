#pragma once

#include <string>

namespace ntksweep {

/// Sees to it that OpenBLAS uses the kernels of this family, by any case of its name, on any CPU that
/// can run them, so that different CPUs compute the same bits. OpenBLAS reads its choice once, while
/// it is loaded: where it chose another, the program starts itself again with OPENBLAS_CORETYPE set, and
/// this does not return. An empty name leaves the choice to OpenBLAS. To be called before MPI is up.
/// Throws InputError where OpenBLAS has no such kernels or this CPU lacks their instructions.
void pin_blas_core(const std::string& name);

}  // namespace ntksweep
