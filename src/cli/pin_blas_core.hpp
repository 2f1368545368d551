#pragma once

#include <string>

namespace ntksweep {

/// Sees to it that OpenBLAS uses the kernels of this family, by any case of its name, on any CPU that
/// can run them, so that different CPUs compute the same bits. OpenBLAS reads its choice once, while
/// it is loaded: where it chose another, the program starts itself again with OPENBLAS_CORETYPE set, and
/// this does not return. An empty name leaves the choice to OpenBLAS. To be called before MPI is up.
/// Throws SystemError where OpenBLAS itself has taken kernels that this CPU cannot run, InputError where OpenBLAS has
/// no such kernels or this CPU lacks their instructions.
void pin_blas_core(const std::string& name);

/// What the kernels of this family need and this CPU lacks, or nothing. OpenBLAS itself takes its builder's or the
/// user's word, and dies by SIGILL in the first product of matrices.
std::string missing_instructions(const std::string& name);

/// What to try where OpenBLAS has taken such kernels.
std::string cure_of_foreign_kernels();

}  // namespace ntksweep
