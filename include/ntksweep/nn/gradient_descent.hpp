#pragma once

#include "ntksweep/nn/loss_gradient.hpp"
#include "ntksweep/nn/parameter_update.hpp"

namespace ntksweep {

/// Full-batch gradient descent for one network, without allocation after the first iteration. One
/// iteration is `evaluate` (outputs, loss, gradient) and then `step`. Of the rules it takes loss,
/// output scale and centre, momentum and decay; the default is 1/(2n) |f - y|^2 and plain steps.
template <class Scalar>
class GradientDescent {
 public:
  /// x: d x n, y: C x n. Both and `network` must outlive this object.
  GradientDescent(Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y,
                  const TrainingRules& rules = {})
      : features_(frozen_features(network, x)),
        gradient_(network, {features_.size() > 0 ? features_ : x, y}, rules),
        update_(network, rules) {}
  GradientDescent(const GradientDescent&) = delete;  // members refer to each other
  GradientDescent& operator=(const GradientDescent&) = delete;

  /// Loss and gradient at the present parameters; returns the loss.
  double evaluate() { return loss_ = gradient_.evaluate(); }

  /// One step of size eta from the last evaluate, whose loss it returns.
  double step(double eta) {
    update_.step(gradient_.gradient(), eta, gradient_.samples());
    return loss_;
  }

  /// Whether the loss of the whole training set comes with the step that follows.
  bool is_due() const { return true; }

  /// F, C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return gradient_.output(); }

 private:
  MatrixOf<Scalar> features_;
  LossGradient<Scalar> gradient_;
  ParameterUpdate<Scalar> update_;
  double loss_ = 0;
};

}  // namespace ntksweep
