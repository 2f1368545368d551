#pragma once

#include <cstdint>

#include "ntksweep/core/bytes.hpp"
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

  bool covered() const { return seen_.covered != 0; }                           ///< every step so far was at most eta_max
  std::int64_t violations() const { return seen_.violations; }                  ///< of L(t+1) <= f(eta_t, L(t)) L(t)
  std::int64_t tau_violations() const { return seen_.tau_violations; }          ///< looks that found tau outside
  std::int64_t product_violations() const { return seen_.product_violations; }  ///< looks that found s(W) outside

  /// Largest L(t+1) / (f(eta_t, L(t)) L(t)) - 1 [1] among the steps that count; negative where the
  /// bound was never touched, -infinity before the first step.
  double largest_excess() const { return seen_.largest_excess; }

  /// b_t >= L(t), b_0 = L_0, b_{t+1} = f(eta_t, b_t) b_t: what the theorem promised before the run, in
  /// the units of our loss, the unreachable part included.
  double bound() const;

  /// What was seen so far, and back.
  void save(ByteWriter& out) const { out.put(seen_); }
  void restore(ByteReader& in) { seen_ = in.get<Seen>(); }

 private:
  struct Seen {
    /// No bool, as any byte may come out of a state.
    std::uint8_t covered = 1;
    double promised;   ///< b_t
    double allowed;    ///< f(eta_t, L(t)) L(t) of the step before; infinite at first
    double slack = 0;  ///< rounding of the loss that `allowed` came from
    double largest_excess;
    std::int64_t violations = 0;
    std::int64_t tau_violations = 0;
    std::int64_t product_violations = 0;
  };

  void compare(double loss);

  LinearTheory theory_;
  Seen seen_;
};

}  // namespace ntksweep
