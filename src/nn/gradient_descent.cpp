#include "ntksweep/nn/gradient_descent.hpp"

#include <utility>

#include "blas.hpp"

namespace ntksweep {

namespace {

template <class S>
std::optional<RotatedSamples<S>> rotated(const MatrixOf<S>& x, const MatrixOf<S>& y, TrainingForm form) {
  if (!is_rotated(form)) return std::nullopt;
  return rotate_samples(x, y);
}

template <class S>
std::optional<DualFirstLayer<S>> dual(Network<S>& network, const MatrixOf<S>& input, TrainingForm form) {
  if (!is_dual(form)) return std::nullopt;
  return std::optional<DualFirstLayer<S>>(std::in_place, network, input);
}

template <class S>
LayerSamples<S> layer_samples(const std::optional<DualFirstLayer<S>>& of_dual, const MatrixOf<S>& input,
                              const MatrixOf<S>& y) {
  if (of_dual) return {.input = of_dual->gram(), .target = y, .start = &of_dual->start()};
  return {.input = input, .target = y};
}

}  // namespace

template <class S>
GradientDescent<S>::GradientDescent(Network<S>& network, const MatrixOf<S>& x, const MatrixOf<S>& y,
                                    const TrainingRules& rules, TrainingForm form)
    : rotated_(rotated(x, y, form)),
      features_(frozen_features(network, rotated_ ? rotated_->input : x)),
      input_(features_.size() > 0 ? features_
             : rotated_           ? rotated_->input
                                  : x),
      dual_(dual(network, input_, form)),
      gradient_(dual_ ? dual_->network() : network, layer_samples(dual_, input_, rotated_ ? rotated_->target : y),
                rules),
      update_(dual_ ? dual_->network() : network, rules),
      samples_(x.cols()) {}

template <class S>
double GradientDescent<S>::evaluate() {
  loss_ = gradient_.evaluate();
  if (rotated_) {
    loss_ = loss_ * static_cast<double>(gradient_.samples()) / static_cast<double>(samples_) + rotated_->rest;
  }
  return loss_;
}

template <class S>
double GradientDescent<S>::step(double eta) {
  update_.step(gradient_.gradient(), eta, samples_);
  return loss_;
}

template <class S>
const MatrixOf<S>& GradientDescent<S>::output() {
  if (!rotated_) return gradient_.output();
  output_.resize(gradient_.output().rows(), samples_);
  blas::multiply(S(1), blas::plain(gradient_.output()), blas::plain(rotated_->basis), S(0), output_);
  return output_;
}

template <class S>
void GradientDescent<S>::synchronise() {
  if (dual_) dual_->synchronise();
}

template class GradientDescent<double>;
template class GradientDescent<float>;

}  // namespace ntksweep
