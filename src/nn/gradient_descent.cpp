#include "ntksweep/nn/gradient_descent.hpp"

#include <algorithm>

#include "blas.hpp"

namespace ntksweep {

namespace {

/// below <- (s W^T signal) o slope. With one output the product is an outer one: a single pass over
/// the result, where GEMM and a mask would make three.
template <class S>
void descend(double scale, const MatrixOf<S>& weights, const MatrixOf<S>& signal, const MatrixOf<S>& slope,
             MatrixOf<S>& below) {
  const S factor = static_cast<S>(scale);
  if (weights.rows() == 1) {
    const Eigen::Map<const VectorOf<S>> row(weights.data(), weights.size());
    for (Index i = 0; i < below.cols(); ++i) below.col(i) = (factor * signal(0, i)) * row.cwiseProduct(slope.col(i));
    return;
  }
  blas::multiply(factor, blas::transposed(weights), blas::plain(signal), S(0), below);
  below.array() *= slope.array();
}

}  // namespace

template <class S>
GradientDescent<S>::GradientDescent(Network<S>& network, const MatrixOf<S>& x, const MatrixOf<S>& y)
    : network_(network), x_(x), y_(y), residual_(y.rows(), y.cols()), ones_(VectorOf<S>::Ones(x.cols())) {
  const auto& layers = network.layers;
  const auto trained = std::ranges::find_if(
      layers, [](const LayerRule& layer) { return layer.weight_rate != 0 || layer.bias_rate != 0; });
  first_trained_ = static_cast<std::size_t>(trained - layers.begin());
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
    const bool needed = l >= first_trained_;
    signal_.emplace_back(needed ? layers[l].fan_out : 0, needed ? x.cols() : 0);
  }
  forward(network_, x_, activity_);
}

template <class S>
double GradientDescent<S>::evaluate() {
  forward(network_, x_, activity_, first_trained_);
  residual_.noalias() = activity_.output - y_;
  return residual_.template cast<double>().squaredNorm() / (2.0 * static_cast<double>(x_.cols()));
}

/// The signal of layer l - 1 needs W_l as it was, so it is formed before W_l is updated.
template <class S>
void GradientDescent<S>::step(double eta) {
  for (std::size_t l = network_.layers.size(); l-- > first_trained_;) {
    const bool is_output = l + 1 == network_.layers.size();
    const auto& signal = is_output ? residual_ : signal_[l];
    if (l > first_trained_) {
      descend(network_.layers[l].scale, network_.weights[l], signal, activity_.slope[l - 1], signal_[l - 1]);
    }
    update(l, signal, eta);
  }
}

/// W <- W - (eta c s / n) signal h^T, b <- b - (eta c_b beta / n) signal 1: one GEMM, one GEMV.
template <class S>
void GradientDescent<S>::update(std::size_t l, const MatrixOf<S>& signal, double eta) {
  const auto& layer = network_.layers[l];
  const double rate = eta / static_cast<double>(x_.cols());
  const auto& input = l == 0 ? x_ : activity_.hidden[l - 1];
  blas::multiply(static_cast<S>(-rate * layer.weight_rate * layer.scale), blas::plain(signal), blas::transposed(input),
                 S(1), network_.weights[l]);
  if (layer.has_bias) {
    blas::add_product(static_cast<S>(-rate * layer.bias_rate * layer.bias_scale), signal, ones_, network_.biases[l]);
  }
}

template class GradientDescent<double>;
template class GradientDescent<float>;

}  // namespace ntksweep
