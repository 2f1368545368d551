#pragma once

#include <string_view>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

/// What LAPACK's return value `info` != 0 of a routine means to the user, and what helps; for the status of a cell.
/// Example: "spectrum: LAPACK dsyevd did not converge (info = 3); scale ...".
NumericalError lapack_failure(std::string_view subject, std::string_view routine, int info);

}  // namespace ntksweep
