#pragma once

#include <string>

#include "ntksweep/nn/network.hpp"
#include "ntksweep/nn/training_rules.hpp"

namespace ntksweep {

/// Gradient descent on two-layer linear networks, as in Xu, Min, Tarmoun, Mallada, Vidal, AISTATS 2023
/// (PMLR 206, "Linear convergence of gradient descent for finite width over-parametrized linear
/// networks with general initialization"). Their loss is 1/2 |Y - X W_1 W_2|_F^2, X: samples x inputs.
///
/// Ours becomes theirs with X = s_1 s_2 x^T, W_1 = (our W_1)^T, W_2 = (our W_2)^T, Y = (y / alpha + b)^T,
/// loss = n (ours) / alpha^2, eta = c (ours) / n; exact where c_1 = c_2 = c, for any scales s_1, s_2.
///
/// Their X is invertible or nearly so; any other is brought there. With X = U S V^T of rank r, the
/// directions of W_1 outside V meet no input and never move, and the part of Y outside U cannot be
/// learned. What is left is their problem with X = S (r x r), V^T W_1 (r x h) and U^T Y (r x C), and
/// the loss above its minimum in place of the loss.
struct LinearProblem {
  double samples;      ///< n
  double rate;         ///< c
  double scale;        ///< alpha, of the output
  Matrix seen;         ///< V, d x r
  Vector singular;     ///< diagonal of S, descending; below max(n, d) eps of the largest counts as zero
  Matrix targets;      ///< U^T Y, r x C
  double unreachable;  ///< 1/2 |Y - U U^T Y|_F^2
  double rounding;     ///< delta: rounding error of a computed |Y - X W_1 W_2|_F

  /// Theirs from ours: the excess over the minimum.
  double loss(double our_loss) const { return samples * our_loss / (scale * scale) - unreachable; }
  /// How far rounding can move a computed `loss`: a residual off by delta, with what it starts from,
  /// gives |L - L_computed| <= sqrt(2 L) delta + delta^2 / 2, L with the unreachable part.
  double loss_error(double loss) const;
  double our_step(double eta) const { return eta * samples / rate; }
  double step(double our_eta) const { return our_eta * rate / samples; }
};

/// Why training under these rules is outside the theory, as the end of a sentence ("model.depth = 1,
/// not 2"); empty where it is inside: one hidden layer, linear activation, no biases, c_1 = c_2 > 0,
/// squared loss, full batch, no momentum, no weight decay.
std::string outside_linear_theory(const Network<double>& network, const TrainingRules& rules, Index samples);

/// x: d x n, y: C x n. For networks inside the theory. Throws NumericalError where x vanishes.
LinearProblem linear_problem(const Network<double>& initial, const Matrix& x, const Matrix& y,
                             const TrainingRules& rules, double unit_roundoff = 1.1102230246251565e-16);

/// The weights in that problem.
struct LinearWeights {
  Matrix w1;  ///< r x h
  Matrix w2;  ///< h x C
};
LinearWeights linear_weights(const LinearProblem& problem, const Network<double>& network);

/// tau(U) = U W_2^T W_2 + W_1 W_1^T U, whose extreme eigenvalues are the sums of those of W_1 W_1^T
/// (r x r) and W_2^T W_2 (C x C); singular values 1 and min(r, C) of W = W_1 W_2.
struct LinearGeometry {
  double tau_min, tau_max;
  double product_min, product_max;
};
LinearGeometry linear_geometry(const LinearWeights& weights);

}  // namespace ntksweep
