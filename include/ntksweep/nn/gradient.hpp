#pragma once

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// One number for each parameter, laid out as in the network.
using Gradient = Parameters;

/// sum_i J_i^T signal_i, J_i = df(x_i)/dtheta and signal C x n: with signal = n dL/df it is n times
/// the gradient of L. Learning-rate factors are not in it; frozen layers are. 4 n P flops.
Gradient gradient(const Network<double>& network, const Matrix& x, const Matrix& signal);

/// The same from a forward pass at hand; the arrays of layers below `first` are left empty.
Gradient gradient(const Network<double>& network, const Matrix& x, const Activity<double>& activity,
                  const Matrix& signal, std::size_t first = 0);

}  // namespace ntksweep
