#include "ntksweep/ntk/spectrum.hpp"

#include <lapacke.h>

#include <limits>
#include <utility>

#include "kernel_tiles.hpp"
#include "not_finite.hpp"
#include "ntksweep/nn/lapack_failure.hpp"

namespace ntksweep {

namespace {

/// From here on the reduction in two stages is faster: 0.50 against 0.53 s at 2048, 0.68 against 1.00 s
/// at 2304. Bits depend on it.
constexpr Index two_stage_from = 2048;

/// Job of LAPACK: vectors overwrite the matrix, or its lower triangle is destroyed.
enum class Wanted : char { values = 'N', vectors = 'V' };

lapack_int run_lapack(Matrix& work, Wanted wanted, Vector& values) {
  const auto n = static_cast<lapack_int>(work.rows());
  const auto job = static_cast<char>(wanted);
  if (wanted == Wanted::values && work.rows() >= two_stage_from) {
    return LAPACKE_dsyevd_2stage(LAPACK_COL_MAJOR, job, 'L', n, work.data(), n, values.data());
  }
  return LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, 'L', n, work.data(), n, values.data());
}

Vector diagonalise(Matrix& work, Wanted wanted) {
  // LAPACK may loop or answer nonsense on NaN; it does not say so.
  if (!work.allFinite()) throw not_finite("spectrum: the kernel");
  Vector values(work.rows());
  const auto info = run_lapack(work, wanted, values);
  if (info != 0) throw lapack_failure("spectrum", "dsyevd", info);
  return values;
}

}  // namespace

Vector symmetric_eigenvalues(const Matrix& matrix) {
  Matrix work = matrix;
  return diagonalise(work, Wanted::values);
}

Vector eigenvalues_in_place(Matrix& matrix) {
  const Vector diagonal = matrix.diagonal();
  Vector values = diagonalise(matrix, Wanted::values);
  mirror_upper_triangle(matrix);
  matrix.diagonal() = diagonal;
  return values;
}

Eigensystem symmetric_eigensystem(Matrix matrix) {
  Eigensystem system{{}, std::move(matrix)};
  system.values = diagonalise(system.vectors, Wanted::vectors);
  return system;
}

double eigenvalue_floor(Index size, double lambda_max) {
  return static_cast<double>(size) * std::numeric_limits<double>::epsilon() * lambda_max;
}

double eigenvalue_floor(const Vector& eigenvalues) {
  return eigenvalue_floor(eigenvalues.size(), eigenvalues.tail(1).value());
}

}  // namespace ntksweep
