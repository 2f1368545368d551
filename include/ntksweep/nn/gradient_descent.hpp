#pragma once

#include "ntksweep/nn/parameter_update.hpp"

namespace ntksweep {

/// Full-batch gradient descent for one network, without allocation after the first iteration. One
/// iteration is `evaluate` (outputs, loss, signal) and then `step`. Of the rules it takes loss,
/// output scale and centre, momentum and decay; the default is 1/(2n) |f - y|^2 and plain steps.
template <class Scalar>
class GradientDescent {
 public:
  /// x: d x n, y: C x n. Both and `network` must outlive this object.
  GradientDescent(Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y,
                  const TrainingRules& rules = {})
      : pass_(network, x, y, rules), update_(network, rules) {}

  /// Forward pass at the present parameters; returns the loss.
  double evaluate() { return loss_ = pass_.evaluate(); }

  /// One step of size eta from the last evaluate, whose loss it returns.
  double step(double eta) {
    update_.step(pass_, eta);
    return loss_;
  }

  /// Whether the loss of the whole training set comes with the step that follows.
  bool is_due() const { return true; }

  /// F, C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return pass_.output(); }

 private:
  BackwardPass<Scalar> pass_;
  ParameterUpdate<Scalar> update_;
  double loss_ = 0;
};

}  // namespace ntksweep
