#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <functional>

#include "kernel_product.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/random.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {

namespace {

constexpr double tolerance = 1e-12;
constexpr Index cycle_length = 64;
constexpr int max_cycles = 1000;

/// v -> K v.
using Product = std::function<Vector(const Vector&)>;

/// Formed when that takes fewer flops than the usual number of passes (6 n P each) and no more
/// memory than their signals and tangents. Follows from the cell's content alone: bits depend on it.
bool is_worth_forming(const Network<double>& network, Index samples) {
  constexpr Index small = 256;
  constexpr double usual_passes = 20;
  const Index outputs = network.layers.back().fan_out;
  if (samples * outputs <= small) return true;
  if (outputs > 1 || 3 * samples > 2 * network.layers.back().fan_in) return false;
  double weights = 0;
  double grams = 0;
  for (const auto& layer : network.layers) {
    weights += static_cast<double>(layer.fan_in * layer.fan_out);
    grams += static_cast<double>(layer.fan_in + layer.fan_out);
  }
  return static_cast<double>(samples) * grams < usual_passes * 6 * weights;
}

Product kernel_product(const Network<double>& network, const Matrix& x) {
  if (!is_worth_forming(network, x.cols())) return KernelProduct(network, x);
  return [kernel = empirical_ntk(network, x, KernelKind::full)](const Vector& v) -> Vector { return kernel * v; };
}

Vector random_start(Index size) {
  Vector start(size);
  RandomStream(Stream::lanczos, 0).normals({start.data(), static_cast<std::size_t>(size)});
  return start.normalized();
}

/// The largest Ritz pair of one cycle: K ~ Q T Q^T on the space spanned by Q (size x k).
struct Ritz {
  double value;
  double residual;  ///< |K q - value q|
  Vector vector;    ///< q, size entries, of unit length
};

/// T symmetric tridiagonal; `next` is the entry below its last row.
Ritz largest_ritz(const Matrix& basis, const Vector& diagonal, const Vector& below, Index steps, double next) {
  Eigen::SelfAdjointEigenSolver<Matrix> solver;
  solver.computeFromTridiagonal(diagonal.head(steps), below.head(steps - 1));
  const Vector coordinates = solver.eigenvectors().col(steps - 1);
  return {solver.eigenvalues()(steps - 1), next * std::abs(coordinates(steps - 1)),
          basis.leftCols(steps) * coordinates};
}

/// One cycle of Lanczos with full reorthogonalization (twice is enough: Parlett, "The Symmetric
/// Eigenvalue Problem", section 6.9), ended early once the residual is within the tolerance. A start
/// in a small invariant space ends it too, with a residual of rounding size.
Ritz lanczos_cycle(const Product& product, const Vector& start) {
  const Index steps = std::min(start.size(), cycle_length);
  Matrix basis(start.size(), steps);
  Vector diagonal(steps);
  Vector below(steps);
  basis.col(0) = start;
  for (Index j = 0;; ++j) {
    Vector next = product(basis.col(j));
    if (!next.allFinite()) throw NumericalError("critical step size: the kernel at initialization is not finite");
    diagonal(j) = basis.col(j).dot(next);
    for (int pass = 0; pass < 2; ++pass) next -= basis.leftCols(j + 1) * (basis.leftCols(j + 1).transpose() * next);
    below(j) = next.norm();
    const bool last = j + 1 == steps;
    const bool exhausted = below(j) <= tolerance * diagonal.head(j + 1).cwiseAbs().maxCoeff();
    if (last || exhausted || j % 4 == 3) {
      const Ritz ritz = largest_ritz(basis, diagonal, below, j + 1, below(j));
      if (last || exhausted || ritz.residual <= tolerance * ritz.value) return ritz;
    }
    basis.col(j + 1) = next / below(j);
  }
}

}  // namespace

double full_kernel_lambda_max(const Network<double>& network, const Matrix& x) {
  const Product product = kernel_product(network, x);
  Ritz ritz{0, 0, random_start(network.layers.back().fan_out * x.cols())};
  for (int cycle = 0; cycle < max_cycles; ++cycle) {
    const double before = ritz.value;
    ritz = lanczos_cycle(product, ritz.vector);
    // A cluster at the top converges slowly as a vector; its value is settled long before.
    if (ritz.residual <= tolerance * ritz.value || ritz.value - before <= 0.1 * tolerance * ritz.value) {
      return ritz.value;
    }
  }
  throw NumericalError("critical step size: Lanczos did not converge on the kernel at initialization");
}

}  // namespace ntksweep
