#pragma once

#include <span>

#include "ntksweep/nn/trained_layers.hpp"
#include "ntksweep/nn/training_rules.hpp"

namespace ntksweep {

/// What the first trained layer learns from; samples are columns. All must outlive their users.
template <class Scalar>
struct LayerSamples {
  const MatrixOf<Scalar>& input;            ///< what that layer gets, fan_in x n
  const MatrixOf<Scalar>& target;           ///< y, C x n
  Index panel = 0;                          ///< samples at a time; 0: panel_samples
  const MatrixOf<Scalar>* start = nullptr;  ///< Z_0 of a DualFirstLayer whose network and Gram matrix these are
};

/// Loss, outputs and gradient of one set of samples, panel by panel so that activations stay in the
/// cache: forward, loss and backward for some columns, then for the next. Without allocation after the
/// first evaluation. Memory: two numbers for each hidden neuron and sample of a panel, the gradient
/// and 3 C n.
template <class Scalar>
class LossGradient {
 public:
  /// The outputs of the network as it is now are b where the rules centre the output. The network must
  /// outlive this object.
  LossGradient(const Network<Scalar>& network, const LayerSamples<Scalar>& samples, const TrainingRules& rules);

  enum class Wanted { loss, loss_and_gradient };

  /// The loss of F = alpha (f - b) at the present parameters.
  double evaluate(Wanted wanted = Wanted::loss_and_gradient);

  /// Takes b of the samples with these numbers from a set that has more; input and target are the caller's to set.
  void take_centre(const LossGradient& all, std::span<const std::int64_t> samples);

  Index samples() const { return input_.cols(); }
  /// F, C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return plain_ ? output_ : model_output_; }
  /// sum_i D_i h_i^T for the weights and sum_i D_i for the biases, D = n dL/dz: without the factors s,
  /// beta and 1/n that make a derivative of it. Layers below the first trained one are empty. With
  /// samples of a DualFirstLayer D itself (m x n) stands for the weights of that layer.
  const ParametersOf<Scalar>& gradient() const { return gradient_; }

 private:
  struct Panel {
    Index start, count;
  };
  using View = Eigen::Ref<MatrixOf<Scalar>>;
  using ConstView = Eigen::Ref<const MatrixOf<Scalar>>;

  void make_buffers();
  bool is_dual(std::size_t l) const { return start_ != nullptr && l == first_; }
  ConstView input(std::size_t l, Panel panel) const;  ///< what layer l gets
  View hidden(std::size_t l, Panel panel);            ///< phi(z_l), on the way back D_l; dual: in the gradient
  View signal(std::size_t l, Panel panel);            ///< D_l
  void affine(std::size_t l, Panel panel, View z) const;
  void propagate(Panel panel);
  double compare(Panel panel);
  void descend(Panel panel);
  void descend_from_rectified(Panel panel);
  void add_gradient(std::size_t l, Panel panel);
  void add_bias_gradient(std::size_t l, Panel panel);

  const Network<Scalar>& network_;
  const MatrixOf<Scalar>& input_;
  const MatrixOf<Scalar>& target_;
  const MatrixOf<Scalar>* start_;  ///< Z_0, or null in the primal form
  const Loss& loss_;
  Scalar alpha_;
  bool plain_;  ///< alpha = 1 and b = 0: F is the network's own output
  std::size_t first_, last_;
  Index width_;                                   ///< samples of a panel
  bool is_fused_;                                 ///< one output on rectified units: the loops of rectified_layer.hpp
  std::vector<MatrixOf<Scalar>> hidden_, slope_;  ///< one panel each, columns padded
  VectorOf<Scalar> ones_;
  MatrixOf<Scalar> output_, centre_, model_output_, signal_;  ///< f, b, F and l'(F) / alpha, C x n, or empty
  ParametersOf<Scalar> gradient_;
};

extern template class LossGradient<double>;
extern template class LossGradient<float>;

}  // namespace ntksweep
