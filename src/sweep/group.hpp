#pragma once

#include <memory>
#include <optional>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// Which kernels a job takes of a cell.
struct KernelPlan {
  std::optional<KernelKind> kind;  ///< nothing for statistics.kernel = none
  bool only_ends;                  ///< never formed
  bool keeps_features;             ///< hidden features are looked at
  bool looked_at;                  ///< by some statistic: else none but K_0 is formed, and without a spectrum
};
KernelPlan kernel_plan(const Job& job);

/// What a forward pass through the initial network leaves.
struct InitialState {
  Matrix output;                         ///< f_0 on the training set, C x n
  std::optional<MeasuredKernel> kernel;  ///< K_0; none where the job takes no kernels
};

/// What the cells of one group share: they differ in step size only. Its parts refer to each other,
/// so it stays where it was made.
struct SharedParts {
  /// Throws NumericalError where the initial kernel cannot be had, InputError where the rules do not
  /// go with the data.
  SharedParts(const Job& job, const DataPool& pool, const CellSpec& spec);
  SharedParts(const SharedParts&) = delete;
  SharedParts& operator=(const SharedParts&) = delete;

  /// The training inputs, with what is kept of them.
  KernelInputs inputs() const { return {data->x, input_gram ? &*input_gram : nullptr}; }

  CellSpec spec;  ///< of the group's first cell
  DataShape shape;
  std::shared_ptr<const Dataset> data;
  Network<double> initial;
  KernelPlan kernels;
  std::optional<Matrix> input_gram;  ///< x^T x, where it is worth keeping for the kernels to come
  InitialState start;
  InitialTheory theory;
  double critical_step;  ///< above it the linearised model diverges; NaN where nobody needs it
  Extents extents;
};

/// The absolute step size of a cell of the group. Throws NumericalError where its unit has no value.
double absolute_step(const CellSpec& spec, const SharedParts& shared);

/// The kernel of a network after a forward pass over its inputs, of which nothing remains but, where they
/// are looked at, the hidden features. The plan has kernels.
MeasuredKernel measured_kernel(const KernelPlan& plan, const KernelInputs& inputs, const Network<double>& network,
                               Activity<double>& activity);

}  // namespace ntksweep
