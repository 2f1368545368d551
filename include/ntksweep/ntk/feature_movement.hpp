#pragma once

#include <vector>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// |H_l(t) - H_l(0)|_F / |H_l(0)|_F for every layer l, H_l (width x n) the layer's outputs on the same
/// inputs: 0 in the lazy limit, O(1) where features are learned. NaN where the initial features
/// vanish, or are rounding beside the present ones. O(L m n). Source: Chizat, Oyallon, Bach, NeurIPS 2019; Yang, Hu, ICML 2021.
std::vector<double> feature_movement(const std::vector<Matrix>& initial, const std::vector<Matrix>& present);

}  // namespace ntksweep
