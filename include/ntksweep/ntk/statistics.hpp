#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "ntksweep/nn/training.hpp"
#include "ntksweep/ntk/initial_theory.hpp"
#include "ntksweep/ntk/linear_monitor.hpp"
#include "ntksweep/ntk/linearised_course.hpp"
#include "ntksweep/ntk/measured_kernel.hpp"

namespace ntksweep {

/// What the checkpoints so far have seen.
struct Look {
  std::int64_t step;
  double train_loss, test_loss, test_error;
};

/// One moment of one cell, with all that a statistic may look at.
struct Snapshot {
  const Dataset& data;
  const Network<double>& initial;
  const Network<double>& network;
  const InitialTheory& theory;
  std::int64_t step = 0;
  Matrix train_output, test_output;                ///< of the trained model F: C x n, C x n_test
  std::vector<Matrix> features = {};               ///< h_1 .. h_L on the training set, width x n
  const MeasuredKernel* initial_kernel = nullptr;  ///< null where the job takes no kernels
  const MeasuredKernel* kernel = nullptr;          ///< null where none is taken at this moment
  std::span<const Look> history = {};              ///< checkpoints up to this one
  const LinearMonitor* monitor = nullptr;          ///< null outside the theory of two-layer linear networks
  const LinearisedCourse* linearised = nullptr;    ///< of this cell; null where nobody follows one
  /// eta of the step that starts here (at the end: of the last one); NaN where there are no steps.
  double step_size = std::numeric_limits<double>::quiet_NaN();
  /// eta where it is the same for all steps, else NaN.
  double constant_step = std::numeric_limits<double>::quiet_NaN();
  Dynamics dynamics = Dynamics::steps;
  /// Known at the end only.
  TrainingOutcome outcome{Status::pending, 0, -1};
  double step_size_absolute = std::numeric_limits<double>::quiet_NaN();  ///< eta of the first step
  double step_size_critical = std::numeric_limits<double>::quiet_NaN();  ///< of the linearised model

  /// Formed by the first statistic that asks, for the others.
  mutable std::optional<Eigensystem> eigensystem = {};      ///< of `kernel`
  mutable std::optional<KernelRegression> regression = {};  ///< with `kernel`
  mutable std::optional<std::optional<LinearisedModel::Ending>> linearised_end = {};
  mutable std::optional<LinearGeometry> linear_geometry = {};
  mutable std::optional<double> sharpness = {};
};

/// When a statistic is taken.
enum class Taken {
  every_checkpoint,   ///< has a `checkpoint` dimension
  kernel_checkpoint,  ///< has a `checkpoint` dimension; NaN where no kernel was taken
  end,                ///< once, at the end of training
};

/// What it adds to its cell (and checkpoint) dimensions.
enum class Shape { scalar, per_layer, spectrum, test_outputs };

enum class Number { real, integer };  ///< integer: stored as int64, -1 where missing

/// What statistics are asked for by, together.
enum class Group {
  always,
  training,
  movement,
  kernel,
  spectrum,
  eigenvectors,
  infinite,
  linearised,
  regression,
  two_layer,
  sharpness,
  features,
  risk,
  predictions,
};

/// One row per group, in the order of the enumerators.
struct GroupInfo {
  Group group;
  std::string_view name;
  std::string_view help;
  bool usual;          ///< recorded unless the job says otherwise; the others cost, and are asked for
  bool needs_kernels;  ///< absent under statistics.kernel = none
  bool needs_entries;  ///< refused under statistics.spectrum = extremes
  /// What a cell pays, in the symbols of docs/theory.md: n, d, m, L, C, N rows of the kernel, P
  /// parameters. `once`: shared by the cells that differ in step size alone.
  std::string_view cost;
};
std::span<const GroupInfo> statistic_groups();
const GroupInfo& group_info(Group group);

/// One row of the one table. The record's layout, the variables of the result file with their
/// attributes, `ntksweep list statistics` and the documentation come from it. To add a statistic,
/// write its function and its row in a chapter, src/ntk/<chapter>_statistics.cpp.
struct Statistic {
  std::string_view name;
  Group group;
  Taken taken;
  Shape shape;
  Number number;
  std::string_view unit;
  std::string_view long_name;
  std::string_view formula;
  std::string_view reference;
  /// Writes the value into `out`, whose size is 1 (scalar), the number of weight layers
  /// (per_layer), the number of eigenvalues kept (spectrum, largest first) or C n_test (test_outputs,
  /// sample by sample).
  void (*measure)(const Snapshot& snapshot, std::span<double> out);
};

std::span<const Statistic> statistics();

}  // namespace ntksweep
