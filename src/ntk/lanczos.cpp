#include "lanczos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "not_finite.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/random.hpp"
#include "small_spectrum.hpp"

namespace ntksweep {

namespace {

constexpr int max_cycles = 1000;
constexpr double exhausted_below = 1e-12;
constexpr double rounding = 1e-14;

Vector random_start(Index size) {
  Vector start(size);
  RandomStream(Stream::lanczos, 0).normals({start.data(), static_cast<std::size_t>(size)});
  return start.normalized();
}

/// The largest Ritz pair of one cycle: A ~ Q T Q^T on the space spanned by Q (size x k).
struct Ritz {
  double value;
  double norm;      ///< the largest Ritz value in magnitude, an estimate of |A| from below
  double residual;  ///< |A q - value q|
  Vector vector;    ///< q, size entries, of unit length
};

/// T symmetric tridiagonal; `next` is the entry below its last row.
Ritz largest_ritz(const Matrix& basis, const Vector& diagonal, const Vector& below, Index steps, double next) {
  const auto [values, vectors] = tridiagonal_eigensystem(diagonal.head(steps), below.head(steps - 1));
  const Vector coordinates = vectors.col(steps - 1);
  return {values(steps - 1), values.cwiseAbs().maxCoeff(), next * std::abs(coordinates(steps - 1)),
          basis.leftCols(steps) * coordinates};
}

/// What counts as nothing beside a Ritz value.
double negligible(const Ritz& ritz, double tolerance) {
  return std::max(tolerance * std::abs(ritz.value), rounding * ritz.norm);
}

/// One cycle, ended early once the residual is within the tolerance. A start in a small invariant
/// space ends it too, with a residual of rounding size.
Ritz lanczos_cycle(const SymmetricProduct& product, const Vector& start, const LanczosSettings& settings) {
  const Index steps = std::min(start.size(), settings.cycle_length);
  const Index look_every = std::max<Index>(4, settings.cycle_length / 16);
  Matrix basis(start.size(), steps);
  Vector diagonal(steps);
  Vector below(steps);
  basis.col(0) = start;
  for (Index j = 0;; ++j) {
    Vector next = product(basis.col(j));
    if (!next.allFinite()) throw not_finite(settings.subject);
    diagonal(j) = basis.col(j).dot(next);
    for (int pass = 0; pass < 2; ++pass) next -= basis.leftCols(j + 1) * (basis.leftCols(j + 1).transpose() * next);
    below(j) = next.norm();
    const bool last = j + 1 == steps;
    const bool exhausted = below(j) <= exhausted_below * diagonal.head(j + 1).cwiseAbs().maxCoeff();
    if (last || exhausted || (j + 1) % look_every == 0) {
      const Ritz ritz = largest_ritz(basis, diagonal, below, j + 1, below(j));
      if (last || exhausted || ritz.residual <= negligible(ritz, settings.tolerance)) return ritz;
    }
    basis.col(j + 1) = next / below(j);
  }
}

}  // namespace

double largest_eigenvalue(const SymmetricProduct& product, Index size, const LanczosSettings& settings) {
  Ritz ritz{-std::numeric_limits<double>::infinity(), 0, 0, random_start(size)};
  for (int cycle = 0; cycle < max_cycles; ++cycle) {
    const double before = ritz.value;
    ritz = lanczos_cycle(product, ritz.vector, settings);
    // A cluster at the top converges slowly as a vector; its value is settled long before.
    if (ritz.residual <= negligible(ritz, settings.tolerance) ||
        ritz.value - before <= 0.1 * negligible(ritz, settings.tolerance)) {
      return ritz.value;
    }
  }
  throw NumericalError(
      fmt::format("{}: its largest eigenvalues lie too close together for Lanczos; compute the whole spectrum "
                  "(statistics.spectrum = full), or leave this statistic out",
                  settings.subject));
}

std::optional<double> smallest_eigenvalue(const SymmetricProduct& product, Index size, const LanczosSettings& settings,
                                          double floor, int cycles) {
  const SymmetricProduct negative = [&](const Vector& v) -> Vector { return -product(v); };
  Vector start = random_start(size);
  for (int cycle = 0; cycle < cycles; ++cycle) {
    Ritz ritz = lanczos_cycle(negative, start, settings);
    if (ritz.residual <= std::max(settings.tolerance * std::abs(ritz.value), floor)) return -ritz.value;
    start = std::move(ritz.vector);
  }
  return std::nullopt;
}

}  // namespace ntksweep
