#pragma once

#include <string>

#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/store/result_file.hpp"

namespace ntksweep {

/// Says on stderr where ranks were started with fewer cores than they, or cells of `threads` threads, need.
void warn_about_cores(const Cluster& cluster, int threads);

/// Says where the CPUs of the ranks take different BLAS kernels.
void warn_about_blas_cores(const Cluster& cluster);

/// Says where the file at `path` has cells that were computed with other BLAS kernels than this run has.
void warn_about_other_blas_cores(const ResultFile& file, const std::string& path);

}  // namespace ntksweep
