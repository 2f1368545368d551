#pragma once

#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// The first trained layer of a network by its coefficients A (m x n) on the samples X (d x n) that it is
/// trained on: W = W_0 + A X^T, and with G = X^T X its outputs on them are z = Z_0 + s A G, Z_0 = s W_0 X.
/// The gradient of W is D X^T, so a step of gradient descent on W is one on A with D in place of the
/// gradient: 2 n^2 m flops instead of 4 n m d. Momentum and decay toward W_0 act on A in the same way
/// (its reference is 0). A is added up and z formed from it, so that rounding does not add up in z.
template <class Scalar>
class DualFirstLayer {
 public:
  /// `input` is what the layer gets. Both must outlive this object.
  DualFirstLayer(Network<Scalar>& network, const MatrixOf<Scalar>& input);

  /// The network to train: A, which is 0 now, takes the place of the layer's weights.
  Network<Scalar>& network() { return dual_; }
  const MatrixOf<Scalar>& gram() const { return gram_; }    ///< G, n x n: the inputs that go with A
  const MatrixOf<Scalar>& start() const { return start_; }  ///< Z_0, m x n

  /// Writes all trained parameters as they are now into the network given at the start. 2 n m d flops.
  void synchronise();

 private:
  Network<Scalar>& network_;
  const MatrixOf<Scalar>& input_;
  std::size_t layer_;
  Network<Scalar> dual_;
  MatrixOf<Scalar> gram_, start_, initial_;  ///< initial_: W_0
};

extern template class DualFirstLayer<double>;
extern template class DualFirstLayer<float>;

}  // namespace ntksweep
