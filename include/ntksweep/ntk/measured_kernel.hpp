#pragma once

#include <optional>

#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {

/// What is known of an N x N kernel from its ends.
struct KernelEnds {
  Index rows;  ///< N
  double lambda_min, lambda_max, trace;
};

/// Sums over the entries of a kernel that more than one statistic needs; H = I - 1 1^T / N.
struct KernelSums {
  Vector row_means;                             ///< N
  double mean;                                  ///< of all entries
  double centred_norm;                          ///< |H K H|_F
  double label_product, centred_label_product;  ///< <K, y^T y> and <H K H, y^T y>
};

/// A kernel with what several statistics need from it.
struct MeasuredKernel {
  Matrix matrix;       ///< N x N, N = n (trace) or n C (full); empty where only the ends are known
  Vector eigenvalues;  ///< N, ascending; as empty
  double norm;         ///< Frobenius; NaN where only the ends are known
  KernelKind kind;
  std::optional<KernelEnds> only_ends = {};

  /// Formed by the first statistic that asks, and kept: K_0 is looked at by every cell of a group.
  mutable std::optional<KernelSums> sums = {};

  bool is_formed() const { return !only_ends.has_value(); }
  KernelEnds ends() const;
};

MeasuredKernel measure_kernel(const Network<double>& network, const Matrix& x, KernelKind kind);

/// The same for a kernel that is formed already: its spectrum in its own memory, 4/3 N^3 flops.
MeasuredKernel measure_kernel(Matrix kernel, KernelKind kind);

/// The ends of a kernel that is never formed: its trace exactly, from per-sample diagonals, its extreme
/// eigenvalues by Lanczos on products with the network. lambda_max to 1e-12 relative. lambda_min: 0
/// where there are fewer trained parameters than rows; else to 1e-3 of its value, from the residual of
/// its vector, or below N eps lambda_max; NaN where 1000 products do not reach that, which is the rule
/// for condition numbers above some 1e5.
/// Memory: forward pass, its signals of 256 samples, 256 vectors. Throws NumericalError as full_kernel_lambda_max.
MeasuredKernel measure_kernel_ends(const Network<double>& network, const Matrix& x, KernelKind kind);

/// Formed once for each kernel, with the targets (C x n) of the cell it belongs to.
const KernelSums& kernel_sums(const MeasuredKernel& kernel, const Matrix& targets);

}  // namespace ntksweep
