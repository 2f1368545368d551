#pragma once

#include "kernel_tiles.hpp"
#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// One set of inputs, with what the network makes of it. A kernel of a set with itself is given the
/// same object twice. Beside the forward pass it holds the signals df_c/dz of one layer, width x n C,
/// sample-major, in whose buffer they move down; for one output it is that of the last slopes.
class KernelSide {
 public:
  /// `activity`: forward(network, x), of which the slopes are used up. All must outlive it.
  KernelSide(const Network<double>& network, const Matrix& x, Activity<double>& activity);
  KernelSide(const KernelSide&) = delete;
  KernelSide& operator=(const KernelSide&) = delete;

  Index samples() const { return x_.cols(); }
  /// What layer l gets, one column per sample.
  Columns input(std::size_t l) const;

  /// The signals with one column per sample and output, or per sample: outputs below each other.
  Columns signals_apart() const;
  Columns signals_stacked() const;

  /// One matrix with the Gram matrix (1/C) sum_c Delta_cc in the last hidden layer, C > 1: w o phi' with
  /// w_k^2 = (1/C) sum_c W_ck^2. Once, and last: it is made in place of the slopes of that layer.
  Columns mean_signal();

  /// Forms the signals of the last hidden layer, or moves them to layer l from the one above.
  void descend_to(std::size_t l);

 private:
  void start();

  const Network<double>& network_;
  const Matrix& x_;
  Activity<double>& activity_;
  Index outputs_;
  Matrix signals_;
};

}  // namespace ntksweep
