#pragma once

#include <vector>

#include "ntksweep/nn/activation.hpp"
#include "ntksweep/nn/architecture.hpp"

namespace ntksweep {

/// Limits of infinite width, of one output: the kernels of C outputs are these times the C x C
/// identity, and the traced ones are these themselves.
struct InfiniteKernels {
  Matrix ntk;   ///< n1 x n2, limit of the empirical kernel at initialization
  Matrix nngp;  ///< n1 x n2, covariance of the outputs at initialization
};

/// The kernels between two sets of inputs (d x n1 and d x n2) by the recursion
///   S_l = s_l^2 v_l G_{l-1} + beta_l^2 v_l^b,  G_0 = x . x',  G_l = fan_in_{l+1} E[phi phi'] under S_l
///   T_l = c_l s_l^2 G_{l-1} + c_l^b beta_l^2 + T_{l-1} o (s_l^2 v_l fan_in_l E[dphi dphi'])
/// over the layers' rules (v, v^b: variances of initial weights and biases; c: learning-rate factors,
/// 0 where frozen; a layer without bias has no bias terms). ntk = T and nngp = S of the output layer.
/// Where a rule depends on the width, so does the result: `standard` has ntk = O(m), and `mup` and
/// `mean_field` nngp = O(1/m). Without hidden layers ntk is the empirical kernel, exactly.
/// Initial weights must be independent with these variances: an initialization that ties them to the
/// data or to one another may have another limit, which this does not know.
/// O(n1 n2 (d + L)) flops, 0.1 s per hidden layer for relu and erf with 1000 x 1000 pairs; tanh and gelu
/// cost a series (activation_moments.hpp, which also has the accuracy, the times and the errors).
/// Jacot, Gabriel, Hongler, NeurIPS 2018 (ntk); Lee et al., ICLR 2018 (nngp).
InfiniteKernels infinite_kernels(const std::vector<LayerRule>& layers, const Activation& activation, double leaky_slope,
                                 const Matrix& rows, const Matrix& columns);

/// Of one set of inputs with itself; symmetric to the bit.
InfiniteKernels infinite_kernels(const std::vector<LayerRule>& layers, const Activation& activation, double leaky_slope,
                                 const Matrix& x);

}  // namespace ntksweep
