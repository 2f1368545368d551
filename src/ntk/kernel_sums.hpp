#pragma once

#include "ntksweep/ntk/measured_kernel.hpp"

namespace ntksweep {

/// The targets (C x n), one row per set of labels that the kernel acts on: column-major C x n is the
/// sample-major vector that the full kernel acts on.
Matrix targets_like(const Matrix& targets, const Matrix& kernel);

/// <H A H, H B H> of symmetric matrices, H = I - 1 1^T / N, from entries that are centred one at a time
/// with the means of their rows: accurate as with centred copies, without any.
double centred_product(const Matrix& a, const KernelSums& of_a, const Matrix& b, const KernelSums& of_b);

}  // namespace ntksweep
