#include "ntksweep/nn/dual_first_layer.hpp"

#include "blas.hpp"
#include "ntksweep/nn/trained_layers.hpp"

namespace ntksweep {

template <class S>
DualFirstLayer<S>::DualFirstLayer(Network<S>& network, const MatrixOf<S>& input)
    : network_(network),
      input_(input),
      layer_(first_trained_layer(network.layers)),
      dual_(network),
      gram_(input.cols(), input.cols()),
      start_(network.layers[layer_].fan_out, input.cols()),
      initial_(network.weights[layer_]) {
  blas::multiply(S(1), blas::transposed(input), blas::plain(input), S(0), gram_);
  blas::multiply(static_cast<S>(network.layers[layer_].scale), blas::plain(initial_), blas::plain(input), S(0), start_);
  dual_.layers[layer_].fan_in = input.cols();
  dual_.weights[layer_].setZero(initial_.rows(), input.cols());
}

template <class S>
void DualFirstLayer<S>::synchronise() {
  for (std::size_t l = layer_; l < network_.layers.size(); ++l) {
    if (l > layer_) network_.weights[l] = dual_.weights[l];
    network_.biases[l] = dual_.biases[l];
  }
  network_.weights[layer_] = initial_;
  blas::multiply(S(1), blas::plain(dual_.weights[layer_]), blas::transposed(input_), S(1), network_.weights[layer_]);
}

template class DualFirstLayer<double>;
template class DualFirstLayer<float>;

}  // namespace ntksweep
