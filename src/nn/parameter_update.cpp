#include "ntksweep/nn/parameter_update.hpp"

#include "blas.hpp"

namespace ntksweep {

template <class S>
ParameterUpdate<S>::ParameterUpdate(Network<S>& network, const TrainingRules& rules)
    : network_(network), momentum_(rules.momentum), decay_(rules.weight_decay) {
  if (momentum_ != 0) {
    velocity_ = {network.weights, network.biases};
    for (auto& v : velocity_.weights) v.setZero();
    for (auto& v : velocity_.biases) v.setZero();
  }
  if (decay_ != 0 && rules.toward == DecayToward::initial) reference_ = {network.weights, network.biases};
}

/// The signal of layer l - 1 needs W_l as it was, so it is formed before W_l is updated.
template <class S>
void ParameterUpdate<S>::step(BackwardPass<S>& pass, double eta) {
  for (std::size_t l = network_.layers.size(); l-- > pass.first_trained();) {
    if (l > pass.first_trained()) pass.descend(l);
    update_weights(pass, l, eta);
    if (network_.layers[l].has_bias) update_biases(pass, l, eta);
  }
}

/// What does not need the gradient: v <- beta v - eta w (theta - theta_ref), or, without momentum,
/// the same decay on theta itself.
template <class S>
template <class Array>
void ParameterUpdate<S>::prepare(Array& parameters, const std::vector<Array>& reference, std::vector<Array>& velocity,
                                 std::size_t l, double eta) const {
  if (momentum_ != 0) velocity[l] *= static_cast<S>(momentum_);
  if (decay_ == 0) return;
  Array& moved = momentum_ != 0 ? velocity[l] : parameters;
  const S rate = static_cast<S>(eta * decay_);
  if (reference.empty()) {
    moved -= rate * parameters;
  } else {
    moved -= rate * (parameters - reference[l]);
  }
}

/// Plain: W <- W - (eta c s / n) signal h^T, one GEMM; with momentum it goes into the velocity.
template <class S>
void ParameterUpdate<S>::update_weights(const BackwardPass<S>& pass, std::size_t l, double eta) {
  const auto& layer = network_.layers[l];
  auto& weights = network_.weights[l];
  if (layer.weight_rate != 0) prepare(weights, reference_.weights, velocity_.weights, l, eta);
  const double rate = eta / static_cast<double>(pass.samples());
  blas::multiply(static_cast<S>(-rate * layer.weight_rate * layer.scale), blas::plain(pass.signal(l)),
                 blas::transposed(pass.input(l)), S(1), momentum_ != 0 ? velocity_.weights[l] : weights);
  if (momentum_ != 0) weights += velocity_.weights[l];
}

/// b <- b - (eta c_b beta / n) signal 1, one GEMV.
template <class S>
void ParameterUpdate<S>::update_biases(const BackwardPass<S>& pass, std::size_t l, double eta) {
  const auto& layer = network_.layers[l];
  auto& biases = network_.biases[l];
  if (layer.bias_rate != 0) prepare(biases, reference_.biases, velocity_.biases, l, eta);
  const double rate = eta / static_cast<double>(pass.samples());
  blas::add_product(static_cast<S>(-rate * layer.bias_rate * layer.bias_scale), pass.signal(l), pass.ones(),
                    momentum_ != 0 ? velocity_.biases[l] : biases);
  if (momentum_ != 0) biases += velocity_.biases[l];
}

template class ParameterUpdate<double>;
template class ParameterUpdate<float>;

}  // namespace ntksweep
