#pragma once

#include <optional>

#include "ntksweep/nn/dual_first_layer.hpp"
#include "ntksweep/nn/loss_gradient.hpp"
#include "ntksweep/nn/parameter_update.hpp"
#include "ntksweep/nn/rotated_samples.hpp"
#include "ntksweep/nn/training_form.hpp"

namespace ntksweep {

/// Full-batch gradient descent for one network, without allocation after the first iteration. One
/// iteration is `evaluate` (outputs, loss, gradient) and then `step`. Of the rules it takes loss,
/// output scale and centre, momentum and decay; the default is 1/(2n) |f - y|^2 and plain steps.
template <class Scalar>
class GradientDescent {
 public:
  /// x: d x n, y: C x n. Both and `network` must outlive this object. The form must suit the network and
  /// the rules (training_form), whether or not it pays.
  GradientDescent(Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y,
                  const TrainingRules& rules = {}, TrainingForm form = TrainingForm::per_sample);
  GradientDescent(const GradientDescent&) = delete;  // members refer to each other
  GradientDescent& operator=(const GradientDescent&) = delete;

  /// Loss and gradient at the present parameters; returns the loss.
  double evaluate();

  /// One step of size eta from the last evaluate, whose loss it returns.
  double step(double eta);

  /// Whether the loss of the whole training set comes with the step that follows.
  bool is_due() const { return true; }

  /// F, C x n, of the last evaluate. Formed here where samples are rotated: 2 C n d flops.
  const MatrixOf<Scalar>& output();

  /// Brings the network up to date, which in the dual form lags behind.
  void synchronise();

  /// What is left between two steps, in the form in which the network is trained, and back.
  void save(ByteWriter& out) const { update_.save(out); }
  void restore(ByteReader& in) { update_.restore(in); }

 private:
  std::optional<RotatedSamples<Scalar>> rotated_;
  MatrixOf<Scalar> features_;
  const MatrixOf<Scalar>& input_;  ///< of the first trained layer: features, rotated samples or x
  std::optional<DualFirstLayer<Scalar>> dual_;
  LossGradient<Scalar> gradient_;
  ParameterUpdate<Scalar> update_;
  Index samples_;  ///< n
  double loss_ = 0;
  MatrixOf<Scalar> output_;  ///< of rotated samples, turned back
};

extern template class GradientDescent<double>;
extern template class GradientDescent<float>;

}  // namespace ntksweep
