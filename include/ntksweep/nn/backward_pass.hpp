#pragma once

#include <span>

#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/training_rules.hpp"

namespace ntksweep {

/// One set of samples on its way through a network and back, without allocation after the first
/// evaluation. Layers below the first trained one are evaluated once.
template <class Scalar>
class BackwardPass {
 public:
  /// x: d x n, y: C x n; both and `network` must outlive this object. The outputs of the network as
  /// it is now are b where the rules centre the output.
  BackwardPass(const Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y,
               const TrainingRules& rules);

  /// Forward pass at the present parameters; returns the loss of F = alpha (f - b).
  double evaluate();

  /// Forms n dL/dz of layer l - 1 from that of layer l, with W_l as it is now. l > first_trained().
  void descend(std::size_t l);

  /// Takes b, and what the frozen layers below make of the inputs, from a pass over more samples:
  /// column i becomes that of samples[i]. The columns of x and y are the caller's to set.
  void gather(const BackwardPass& all, std::span<const std::int64_t> samples);

  std::size_t first_trained() const { return first_trained_; }
  Index samples() const { return x_.cols(); }
  const Activity<Scalar>& activity() const { return activity_; }
  /// F, C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return plain_ ? activity_.output : model_output_; }
  /// n dL/dz of layer l, fan_out x n; of the output layer: l'(F) / alpha.
  const MatrixOf<Scalar>& signal(std::size_t l) const { return signal_[l]; }
  /// What layer l gets, fan_in x n.
  const MatrixOf<Scalar>& input(std::size_t l) const { return l == 0 ? x_ : activity_.hidden[l - 1]; }
  const VectorOf<Scalar>& ones() const { return ones_; }

 private:
  const Network<Scalar>& network_;
  const MatrixOf<Scalar>& x_;
  const MatrixOf<Scalar>& y_;
  const Loss& loss_;
  Scalar alpha_;
  bool plain_;  ///< alpha = 1 and b = 0: F is the network's own output
  std::size_t first_trained_;
  Activity<Scalar> activity_;
  MatrixOf<Scalar> centre_;        ///< b, C x n, or empty where it is 0
  MatrixOf<Scalar> model_output_;  ///< F, C x n, or empty where it is f
  std::vector<MatrixOf<Scalar>> signal_;
  VectorOf<Scalar> ones_;
};

extern template class BackwardPass<double>;
extern template class BackwardPass<float>;

}  // namespace ntksweep
