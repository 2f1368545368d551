#pragma once

#include "ntksweep/cluster/cluster.hpp"

namespace ntksweep {

/// Says on stderr where ranks were started with fewer cores than they, or cells of `threads` threads, need.
void warn_about_cores(const Cluster& cluster, int threads);

/// Says where the CPUs of the ranks take different BLAS kernels.
void warn_about_blas_cores(const Cluster& cluster);

}  // namespace ntksweep
