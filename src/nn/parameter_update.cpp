#include "ntksweep/nn/parameter_update.hpp"

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

template <class S>
void ParameterUpdate<S>::step(const ParametersOf<S>& gradient, double eta, Index n) {
  const double per_sample = eta / static_cast<double>(n);
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const auto& layer = network_.layers[l];
    if (layer.weight_rate != 0) {
      move(network_.weights[l], gradient.weights[l], per_sample * layer.weight_rate * layer.scale, velocity_.weights,
           reference_.weights, l, eta);
    }
    if (layer.has_bias && layer.bias_rate != 0) {
      move(network_.biases[l], gradient.biases[l], per_sample * layer.bias_rate * layer.bias_scale, velocity_.biases,
           reference_.biases, l, eta);
    }
  }
}

/// theta <- theta - eta w (theta - theta_ref) - rate gradient, or with momentum the same into the
/// velocity, beta of which stays, and then theta <- theta + v.
template <class S>
template <class Array>
void ParameterUpdate<S>::move(Array& parameters, const Array& gradient, double rate, std::vector<Array>& velocity,
                              const std::vector<Array>& reference, std::size_t l, double eta) const {
  Array& moved = momentum_ != 0 ? velocity[l] : parameters;
  if (momentum_ != 0) moved *= static_cast<S>(momentum_);
  if (decay_ != 0) {
    const S decay = static_cast<S>(eta * decay_);
    if (reference.empty()) {
      moved -= decay * parameters;
    } else {
      moved -= decay * (parameters - reference[l]);
    }
  }
  moved -= static_cast<S>(rate) * gradient;
  if (momentum_ != 0) parameters += moved;
}

template <class S>
template <class Visit>
void ParameterUpdate<S>::for_each_array(Visit visit) const {
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const auto& layer = network_.layers[l];
    if (layer.weight_rate != 0) visit(network_.weights[l]);
    if (layer.has_bias && layer.bias_rate != 0) visit(network_.biases[l]);
  }
}

template <class S>
void ParameterUpdate<S>::save(ByteWriter& out) const {
  const auto write = [&out](const auto& array) {
    out.put_span(std::span<const S>(array.data(), static_cast<std::size_t>(array.size())));
  };
  for_each_array(write);
  for (const auto& v : velocity_.weights) write(v);
  for (const auto& v : velocity_.biases) write(v);
}

template <class S>
void ParameterUpdate<S>::restore(ByteReader& in) {
  const auto read = [&in](auto& array) {
    in.get_into(std::span<S>(array.data(), static_cast<std::size_t>(array.size())));
  };
  for_each_array(read);
  for (auto& v : velocity_.weights) read(v);
  for (auto& v : velocity_.biases) read(v);
}

template class ParameterUpdate<double>;
template class ParameterUpdate<float>;

}  // namespace ntksweep
