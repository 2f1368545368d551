#include "ntksweep/ntk/feature_movement.hpp"

#include <limits>

namespace ntksweep {

std::vector<double> feature_movement(const Activity<double>& initial, const Activity<double>& present) {
  std::vector<double> movement;
  for (std::size_t l = 0; l < initial.hidden.size(); ++l) {
    const double size = initial.hidden[l].norm();
    movement.push_back(size == 0 ? std::numeric_limits<double>::quiet_NaN()
                                 : (present.hidden[l] - initial.hidden[l]).norm() / size);
  }
  return movement;
}

std::vector<double> feature_movement(const Network<double>& initial, const Network<double>& present, const Matrix& x) {
  Activity<double> before;
  Activity<double> after;
  forward(initial, x, before);
  forward(present, x, after);
  return feature_movement(before, after);
}

}  // namespace ntksweep
