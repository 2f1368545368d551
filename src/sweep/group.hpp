#pragma once

#include <memory>
#include <optional>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// What the cells of one group share: they differ in step size only.
struct SharedParts {
  CellSpec spec;  ///< of the group's first cell
  std::shared_ptr<const Dataset> data;
  Network<double> initial;
  std::optional<MeasuredKernel> initial_kernel;  ///< none where the job takes no kernels
  double critical_step;                          ///< 2 n / lambda_max(K_0)
  Extents extents;
};

/// Throws NumericalError where the initial kernel cannot be had.
SharedParts make_shared_parts(const Job& job, const DataPool& pool, const CellSpec& spec);

/// Kernel kind of the job's statistics; nothing for "none".
std::optional<KernelKind> kernel_kind(const Job& job);

}  // namespace ntksweep
