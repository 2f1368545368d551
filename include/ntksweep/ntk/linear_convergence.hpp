#pragma once

#include "ntksweep/ntk/two_layer_linear.hpp"

namespace ntksweep {

/// The constants of the theorem of Xu et al. 2023, at initialization, and what follows from them:
/// pure functions of numbers, in the paper's units (see LinearProblem for ours).
///
/// One thing differs from the paper's text, which holds for r = C only: the margin p_1 counts with the
/// k-th singular value of Y, so that for r != C one half of alpha_0 has none. W of rank min(r, C)
/// bounds W_2^T W_2 (C x C) by its C-th and W_1 W_1^T (r x r) by its r-th singular value.
struct LinearConstants {
  double smoothness;        ///< K = s_max(X)^2
  double strong_convexity;  ///< mu = s_min(X)^2
  double condition;         ///< kappa = K / mu
  double imbalance_plus;    ///< l_+ = max(lambda_1(D), 0), D = W_1^T W_1 - W_2 W_2^T
  double imbalance_minus;   ///< l_- = max(lambda_1(-D), 0)
  double delta;             ///< Delta = max(lambda_r(D), 0) + max(lambda_C(-D), 0)
  double delta_plus;        ///< Delta_+ = l_+ - max(lambda_r(D), 0)
  double delta_minus;       ///< Delta_- = l_- - max(lambda_C(-D), 0)
  double target_norm;       ///< |Y|_F
  double target_rank;       ///< number of singular values of Y above rounding
  double margin;            ///< p_1 = max(s_min(Y) - |E_0|_F, 0) / s_max(X), s_min the min(r, C)-th
  double product_bound;     ///< p_2 = (|Y|_F + |E_0|_F) / s_min(X)
  double tau_lower;         ///< alpha_0 <= lambda_min(tau)
  double tau_upper;         ///< beta_0 >= lambda_max(tau)
  double initial_loss;      ///< L_0 = 1/2 |E_0|_F^2
};
LinearConstants linear_constants(const LinearProblem& problem, const LinearWeights& initial);

/// How far tau may leave its bounds at initialization: c_1 alpha_0 <= tau <= c_2 beta_0.
inline constexpr double tau_slack_below = 0.5;  ///< c_1
inline constexpr double tau_slack_above = 1.5;  ///< c_2

/// eta_max: the smaller of the positive roots of a_4 x^3 + a_3 x^2 + (a_2 + B) x = a_1 (a_i at L_0) with
/// B = 4 c_2 L_0 K / (c_2 - 1) and B = 8 c_2 beta_0 L_0 K / ((1 - c_1) alpha_0); relative accuracy
/// 1e-14. 0 where alpha_0 = 0: the theorem then covers no step.
double largest_step(const LinearConstants& constants);

/// f(eta, L) = 1 - a_1 eta + a_2 eta^2 + a_3 eta^3 + a_4 eta^4: L(t+1) <= f(eta, L(t)) L(t) as long as
/// no step so far was above eta_max.
double contraction(const LinearConstants& constants, double eta, double loss);

/// The step in (0, cap] at which f(., L) is smallest.
double best_step(const LinearConstants& constants, double cap, double loss);

/// |D(t) - D(0)|_F <= 2 c_2 beta_0 K L_0 eta^2 / (1 - f(eta, L_0)) for every t, at constant eta;
/// infinite where f >= 1.
double imbalance_change_bound(const LinearConstants& constants, double eta);

/// Xu, Min, Tarmoun, Mallada, Vidal, TMLR 2025 (arXiv 2505.11664): constants at the present weights,
/// for a loss that is mu-strongly convex and K-smooth in W,
///   mu_t = mu tau_min,  K_t = K tau_max + sqrt(2 K L) + 6 K^2 s_max(W) L eta^2
///                             + 3 K tau_max sqrt(2 K L) eta,
///   L(t+1) <= (1 - 2 mu_t eta + mu_t K_t eta^2) L(t)  for eta K_t < 2.
double local_smoothness(const LinearConstants& constants, const LinearGeometry& now, double loss, double eta);
double local_contraction(const LinearConstants& constants, const LinearGeometry& now, double loss, double eta);

/// The eta with eta K_t(eta) = 1, at which that bound is 1 - mu_t eta.
double local_step(const LinearConstants& constants, const LinearGeometry& now, double loss);

/// Steps of earlier theorems, for comparison: p_1^3 / (6144 * 8 |Y|_F^4) (Arora, Cohen, Golowich, Hu,
/// ICLR 2019) and sqrt(target / rank Y) / (100 (t + 1) |Y|_F^{3/2}) (Du, Hu, Lee, NeurIPS 2018, for
/// reaching the loss `target`).
double arora_step(const LinearConstants& constants);
double du_step(const LinearConstants& constants, double target, double t);

}  // namespace ntksweep
