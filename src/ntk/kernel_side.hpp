#pragma once

#include <vector>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// One set of inputs, with what the network makes of it. A kernel of a set with itself is given the
/// same object twice.
class KernelSide {
 public:
  /// Both must outlive it.
  KernelSide(const Network<double>& network, const Matrix& x);
  KernelSide(const KernelSide&) = delete;
  KernelSide& operator=(const KernelSide&) = delete;

  Index samples() const { return x_.cols(); }
  const Matrix& input(std::size_t l) const { return l == 0 ? x_ : activity_.hidden[l - 1]; }
  const Matrix& slope(std::size_t l) const { return activity_.slope[l]; }

  /// df_c/dz of the layer at hand, one matrix (width x n) per output.
  const std::vector<Matrix>& signals() const { return signals_; }

  /// Moves the signals to layer l: first to the last hidden layer, then one layer down at a time.
  void descend_to(std::size_t l);

 private:
  const Network<double>& network_;
  const Matrix& x_;
  Activity<double> activity_;
  std::vector<Matrix> signals_;
};

}  // namespace ntksweep
