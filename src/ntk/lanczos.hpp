#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// v -> A v for a symmetric matrix A that nobody forms.
using SymmetricProduct = std::function<Vector(const Vector&)>;

struct LanczosSettings {
  double tolerance;     ///< relative accuracy of the eigenvalue
  Index cycle_length;   ///< products between restarts, and vectors held
  std::string subject;  ///< begins the messages: what the eigenvalue is for
};

/// The largest eigenvalue of A, with its sign (not the largest in magnitude), by Lanczos with full
/// reorthogonalization (twice is enough: Parlett, "The Symmetric Eigenvalue Problem", section 6.9),
/// restarted from the best vector; the start is a fixed random one. Accurate to `tolerance` times
/// the eigenvalue, and no better than rounding, 1e-14 |A|. Throws NumericalError when a product is
/// not finite or the iteration does not converge.
double largest_eigenvalue(const SymmetricProduct& product, Index size, const LanczosSettings& settings);

/// The smallest eigenvalue of a positive semidefinite A, where a vector is found whose residual |A q - l q| is
/// at most `tolerance` l, so that an eigenvalue lies within that of l, or at most `floor`; none where `cycles`
/// of them find no such vector. Throws NumericalError when a product is not finite.
std::optional<double> smallest_eigenvalue(const SymmetricProduct& product, Index size, const LanczosSettings& settings,
                                          double floor, int cycles);

}  // namespace ntksweep
