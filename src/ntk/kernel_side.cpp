#include "kernel_side.hpp"

namespace ntksweep {

KernelSide::KernelSide(const Network<double>& network, const Matrix& x) : network_(network), x_(x) {
  forward(network, x, activity_);
}

void KernelSide::descend_to(std::size_t l) {
  if (l + 2 == network_.layers.size()) {
    // s_out W_out[c, k] phi'(z_k)
    const Matrix readout = network_.layers.back().scale * network_.weights.back();
    for (Index c = 0; c < readout.rows(); ++c) {
      signals_.emplace_back(readout.row(c).transpose().asDiagonal() * activity_.slope.back());
    }
    return;
  }
  // s W^T signal o phi'(z)
  for (Matrix& signal : signals_) {
    Matrix below = (network_.layers[l + 1].scale * network_.weights[l + 1]).transpose() * signal;
    signal = below.cwiseProduct(activity_.slope[l]);
  }
}

}  // namespace ntksweep
