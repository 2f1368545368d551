#pragma once

#include <memory>
#include <optional>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// What the cells of one group share: they differ in step size only. Its parts refer to each other,
/// so it stays where it was made.
struct SharedParts {
  /// Throws NumericalError where the initial kernel cannot be had, InputError where the rules do not
  /// go with the data.
  SharedParts(const Job& job, const DataPool& pool, const CellSpec& spec);
  SharedParts(const SharedParts&) = delete;
  SharedParts& operator=(const SharedParts&) = delete;

  CellSpec spec;  ///< of the group's first cell
  DataShape shape;
  std::shared_ptr<const Dataset> data;
  Network<double> initial;
  std::optional<MeasuredKernel> initial_kernel;  ///< none where the job takes no kernels
  InitialTheory theory;
  double critical_step;  ///< above it the linearised model diverges; NaN where nobody needs it
  Extents extents;
};

/// The absolute step size of a cell of the group. Throws NumericalError where its unit has no value.
double absolute_step(const CellSpec& spec, const SharedParts& shared);

/// Kernel kind of the job's statistics; nothing for "none".
std::optional<KernelKind> kernel_kind(const Job& job);

}  // namespace ntksweep
