#pragma once

#include <limits>
#include <optional>

#include "group.hpp"
#include "ntksweep/ntk/linear_monitor.hpp"

namespace ntksweep {

/// The step sizes of a cell.
struct Pace {
  StepSize at;                                                 ///< empty where there are no steps
  double first = std::numeric_limits<double>::quiet_NaN();     ///< eta of the first step
  double constant = std::numeric_limits<double>::quiet_NaN();  ///< where all steps are the same, else NaN
  Dynamics dynamics = Dynamics::steps;
};

/// `current` gives the network in training, for rules that look at it; it must outlive the result.
/// Throws InputError where the rule does not suit the cell, NumericalError where it has no step.
Pace make_pace(const CellSpec& spec, const SharedParts& shared, std::function<Network<double>()> current);

/// What holds the run against the theory of two-layer linear networks; none where the job does not
/// record it, or the cell is outside.
std::optional<LinearMonitor> make_monitor(const Job& job, const CellSpec& spec, const SharedParts& shared);

}  // namespace ntksweep
