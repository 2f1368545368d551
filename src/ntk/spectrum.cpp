#include "ntksweep/ntk/spectrum.hpp"

#include <fmt/format.h>
#include <lapacke.h>

#include <limits>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

Vector symmetric_eigenvalues(const Matrix& matrix) {
  // LAPACK may loop or answer nonsense on NaN; it does not say so.
  if (!matrix.allFinite()) throw NumericalError("spectrum: the kernel is not finite");
  Matrix work = matrix;
  const auto n = static_cast<lapack_int>(work.rows());
  Vector values(work.rows());
  const auto info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'N', 'L', n, work.data(), n, values.data());
  if (info != 0) throw NumericalError(fmt::format("spectrum: LAPACK dsyevd failed with info = {}", info));
  return values;
}

double eigenvalue_floor(const Vector& eigenvalues) {
  return static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon() * eigenvalues.tail(1).value();
}

}  // namespace ntksweep
