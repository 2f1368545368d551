#pragma once

#include <vector>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// |H_l(t) - H_l(0)|_F / |H_l(0)|_F for every hidden layer l, H_l (width x n) the layer's outputs on the
/// same inputs: 0 in the lazy limit, O(1) where features are learned. NaN where the initial features
/// vanish. O(L m n). Source: Chizat, Oyallon, Bach, NeurIPS 2019; Yang, Hu, ICML 2021.
std::vector<double> feature_movement(const Activity<double>& initial, const Activity<double>& present);

/// The same with two forward passes on x (d x n).
std::vector<double> feature_movement(const Network<double>& initial, const Network<double>& present, const Matrix& x);

}  // namespace ntksweep
