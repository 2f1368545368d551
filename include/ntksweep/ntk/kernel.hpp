#pragma once

#include <string_view>

#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/loss.hpp"

namespace ntksweep {

/// full: nC x nC, row i C + c for sample i and output c (sample-major).
/// trace: n x n, (1/C) sum_c K_cc. Both are the same matrix when C = 1.
enum class KernelKind { full, trace };

/// Empirical neural tangent kernel of the trained parameters, learning-rate factors included:
///   K = sum_l (c_l s_l^2 G_{l-1} + c_l^b beta_l^2 1 1^T) o Delta_l,
/// G_l = H_l^T H_l the Gram matrix of layer outputs (H_0 = x, d x n), Delta_l the Gram matrix of
/// df/dz_l. Formed layer by layer with symmetric rank-k updates, never from a Jacobian, by tiles whose
/// edges follow from n and C: 2 n m d + 4 n m^2 (L - 1) + n^2 (d + 2 m L) flops for one output and L
/// hidden layers. Memory: the kernel, the forward pass, the signals of one layer where C > 1 (n m C), and
/// 4 MiB. Symmetric to the bit.
/// Source: Jacot, Gabriel, Hongler, NeurIPS 2018 (the kernel); Novak et al., ICML 2022 (layerwise).
Matrix empirical_ntk(const Network<double>& network, const Matrix& x, KernelKind kind);

/// x^T x (n x n), which all kernels of networks on the same inputs have in common: n^2 d flops.
Matrix input_gram(const Matrix& x);

/// The inputs of a kernel (d x n), and their Gram matrix where it is at hand.
struct KernelInputs {
  const Matrix& x;
  const Matrix* gram = nullptr;
};

/// The same kernel, to the bit, after a forward pass that somebody needs anyway: `activity` is that of
/// forward(network, x), and its slopes are used up.
Matrix empirical_ntk(const Network<double>& network, const KernelInputs& inputs, Activity<double>& activity,
                     KernelKind kind);

/// The same kernel between two sets of inputs (d x n1 and d x n2), as between test and training set:
/// n1 C x n2 C (full) or n1 x n2 (trace), by general products in place of the symmetric updates:
/// two forward passes and 2 n1 n2 (d + 2 m L) flops for one output. The form above has the same
/// values to rounding and is symmetric to the bit.
Matrix empirical_ntk(const Network<double>& network, const Matrix& rows, const Matrix& columns, KernelKind kind);

/// Largest eigenvalue of the full nC x nC kernel by Lanczos, on the kernel where it is small beside
/// the network, elsewhere on matrix-free products, each one backward and one forward-mode pass;
/// relative accuracy 1e-12, 0 for a vanishing kernel. Throws NumericalError when the kernel is not
/// finite or the iteration does not converge.
/// `full_kernel`: where somebody has formed it, to spare a second one; it does not change the bits.
double full_kernel_lambda_max(const Network<double>& network, const Matrix& x, const Matrix* full_kernel = nullptr);

/// The same of P^{1/2} K P^{1/2}, P = l''(F) block by block, one C x C block per sample: what sets the
/// critical step of losses other than the squared one, at outputs F (C x n).
double curved_kernel_lambda_max(const Network<double>& network, const Matrix& x, const Loss& loss, const Matrix& output,
                                const Matrix* full_kernel = nullptr);

}  // namespace ntksweep
