#include "ntksweep/ntk/feature_movement.hpp"

#include <limits>

namespace ntksweep {

std::vector<double> feature_movement(const std::vector<Matrix>& initial, const std::vector<Matrix>& present) {
  std::vector<double> movement;
  for (std::size_t l = 0; l < initial.size(); ++l) {
    const double size = initial[l].norm();
    movement.push_back(size == 0 ? std::numeric_limits<double>::quiet_NaN() : (present[l] - initial[l]).norm() / size);
  }
  return movement;
}

}  // namespace ntksweep
