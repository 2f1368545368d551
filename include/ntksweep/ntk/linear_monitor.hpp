#pragma once

#include <cstdint>

#include "ntksweep/ntk/linear_theory.hpp"

namespace ntksweep {

/// Holds a training run against the bounds of Xu et al. 2023, step by step (see LinearTheory).
/// `see` costs O(1); `look` some small singular value decompositions, for checkpoints.
///
/// The theorem covers a run as long as every step so far was at most eta_max. From the first larger
/// one on nothing is counted, and the bound is NaN.
class LinearMonitor {
 public:
  explicit LinearMonitor(const LinearTheory& theory);

  /// At every step in order: the training loss (in our units) and the eta (ours) of the
  /// step that is taken from there. Compares the loss with f(eta, L) L of the step before; a relative
  /// excess of 1e-12 and what rounding of both losses can do are not counted.
  void see(double loss, double eta);

  /// At the end, after the last step: the loss alone.
  void see_end(double loss);

  /// The network at the present step: c_1 alpha_0 <= tau <= c_2 beta_0 and p_1 <= s(W) <= p_2.
  void look(const Network<double>& network);

  bool covered() const { return covered_; }                                ///< every step so far was at most eta_max
  std::int64_t violations() const { return violations_; }                  ///< of L(t+1) <= f(eta_t, L(t)) L(t)
  std::int64_t tau_violations() const { return tau_violations_; }          ///< looks that found tau outside
  std::int64_t product_violations() const { return product_violations_; }  ///< looks that found s(W) outside

  /// Largest L(t+1) / (f(eta_t, L(t)) L(t)) - 1 [1] among the steps that count; negative where the
  /// bound was never touched, -infinity before the first step.
  double largest_excess() const { return largest_excess_; }

  /// b_t >= L(t), b_0 = L_0, b_{t+1} = f(eta_t, b_t) b_t: what the theorem promised before the run, in
  /// the units of our loss, the unreachable part included.
  double bound() const;

 private:
  void compare(double loss);

  LinearTheory theory_;
  bool covered_ = true;
  double promised_;   ///< b_t
  double allowed_;    ///< f(eta_t, L(t)) L(t) of the step before; infinite at first
  double slack_ = 0;  ///< rounding of the loss that `allowed_` came from
  double largest_excess_;
  std::int64_t violations_ = 0;
  std::int64_t tau_violations_ = 0;
  std::int64_t product_violations_ = 0;
};

}  // namespace ntksweep
