#pragma once

#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// The imbalance of two layers that follow each other, in the network's orientation:
///   D = W_1 W_1^T - W_2^T W_2   (h x h; W_1: h x d, W_2: C x h).
/// With equal learning-rate factors and a linear activation gradient flow conserves it, and one step
/// changes it by eta^2 c (g_1 g_1^T - g_2^T g_2), g the updates per unit step
/// (Arora, Cohen, Hazan, ICML 2018; Du, Hu, Lee, NeurIPS 2018).
/// D has rank d + C at most: everything comes from the QR factorization of [W_1, W_2^T], never from
/// h x h, and without the cancellation of Gram matrices. O(h (d + C)^2).

/// The eigenvalues of D in descending order, min(h, d + C) of them; the others are zero.
Vector imbalance_eigenvalues(const Matrix& w1, const Matrix& w2);

/// |D|_F.
double imbalance_norm(const Matrix& w1, const Matrix& w2);

/// |D - D_0|_F from the differences of the weights, exact to rounding of the change itself.
double imbalance_change(const Matrix& w1, const Matrix& w2, const Matrix& initial_w1, const Matrix& initial_w2);

}  // namespace ntksweep
