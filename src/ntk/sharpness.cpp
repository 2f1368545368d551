#include "ntksweep/ntk/sharpness.hpp"

#include <algorithm>

#include "lanczos.hpp"

namespace ntksweep {

namespace {

constexpr double tolerance = 1e-8;

/// Short cycles restart more often and need more products; long ones fill the memory.
Index cycle_length(Index parameters) {
  constexpr Index gibibyte = Index{1} << 27;  // in numbers
  return std::clamp<Index>(gibibyte / std::max<Index>(parameters, 1), 16, 64);
}

}  // namespace

Index sharpness_vectors(Index trained_parameters) {
  // Beside the basis: start, product, its direction and result, Ritz vector, a temporary.
  return cycle_length(trained_parameters) + 6;
}

double sharpness(const Network<double>& network, const Matrix& x, const OutputDerivatives& loss, double weight_decay) {
  const HessianProduct product(network, x, loss);
  return weight_decay + largest_eigenvalue([&](const Vector& v) { return product(v); }, product.size(),
                                           {tolerance, cycle_length(product.size()), "sharpness: the Hessian"});
}

}  // namespace ntksweep
