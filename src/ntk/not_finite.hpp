#pragma once

#include <fmt/format.h>

#include <string_view>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

/// A matrix that has overflowed has no eigenvalues; for the status of a cell.
inline NumericalError not_finite(std::string_view matrix) {
  return NumericalError(fmt::format(
      "{} is not finite; scale the inputs (data.scale = unit_rms), or take smaller initial weights or steps", matrix));
}

}  // namespace ntksweep
