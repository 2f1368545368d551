#include "ntksweep/ntk/feature_movement.hpp"

#include <limits>

namespace ntksweep {

/// What a symmetric initialization leaves of f_0 = 0.
constexpr double rounding = 1e-10;

std::vector<double> feature_movement(const std::vector<Matrix>& initial, const std::vector<Matrix>& present) {
  std::vector<double> movement;
  for (std::size_t l = 0; l < initial.size(); ++l) {
    const double size = initial[l].norm();
    const bool starts_at_zero = size <= rounding * present[l].norm();
    movement.push_back(starts_at_zero ? std::numeric_limits<double>::quiet_NaN()
                                      : (present[l] - initial[l]).norm() / size);
  }
  return movement;
}

}  // namespace ntksweep
