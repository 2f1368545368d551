#pragma once

#include <mpi.h>

namespace ntksweep {

/// Throws SystemError naming the call and MPI's reason unless `code` is MPI_SUCCESS. Every return
/// value of MPI goes through here; MPI_COMM_WORLD returns its errors (set by Cluster).
void check_mpi(int code, const char* call);

}  // namespace ntksweep
