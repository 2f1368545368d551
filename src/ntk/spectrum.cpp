#include "ntksweep/ntk/spectrum.hpp"

#include <fmt/format.h>
#include <lapacke.h>

#include <limits>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

/// Eigenvalues of the matrix in `work`, which becomes the eigenvectors (job 'V') or is destroyed ('N').
Vector diagonalise(Matrix& work, char job) {
  // LAPACK may loop or answer nonsense on NaN; it does not say so.
  if (!work.allFinite()) throw NumericalError("spectrum: the kernel is not finite");
  const auto n = static_cast<lapack_int>(work.rows());
  Vector values(work.rows());
  const auto info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, 'L', n, work.data(), n, values.data());
  if (info != 0) throw NumericalError(fmt::format("spectrum: LAPACK dsyevd failed with info = {}", info));
  return values;
}

}  // namespace

Vector symmetric_eigenvalues(const Matrix& matrix) {
  Matrix work = matrix;
  return diagonalise(work, 'N');
}

Eigensystem symmetric_eigensystem(const Matrix& matrix) {
  Eigensystem system{{}, matrix};
  system.values = diagonalise(system.vectors, 'V');
  return system;
}

double eigenvalue_floor(const Vector& eigenvalues) {
  return static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon() * eigenvalues.tail(1).value();
}

}  // namespace ntksweep
