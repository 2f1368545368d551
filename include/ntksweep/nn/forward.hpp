#pragma once

#include <cstddef>
#include <vector>

#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// What a forward pass leaves behind; buffers are reused when the shapes stay the same.
/// hidden[l] = phi(z_l) and slope[l] = phi'(z_l), both width x n; output: C x n.
template <class Scalar>
struct Activity {
  std::vector<MatrixOf<Scalar>> hidden;
  std::vector<MatrixOf<Scalar>> slope;
  MatrixOf<Scalar> output;
};

/// z_l = s_l W_l h_{l-1} + beta_l b_l, h_l = phi(z_l), h_0 = x (d x n); the last z is the output.
/// Layers below `first` are taken from `activity` as an earlier pass left them.
template <class Scalar>
void forward(const Network<Scalar>& network, const MatrixOf<Scalar>& x, Activity<Scalar>& activity,
             std::size_t first = 0);

extern template void forward(const Network<double>&, const MatrixOf<double>&, Activity<double>&, std::size_t);
extern template void forward(const Network<float>&, const MatrixOf<float>&, Activity<float>&, std::size_t);

/// Outputs only, C x n.
Matrix predict(const Network<double>& network, const Matrix& x);

}  // namespace ntksweep
