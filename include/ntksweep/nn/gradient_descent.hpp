#pragma once

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// Full-batch gradient descent on 1/(2n) |f - y|^2 for one network, without allocation after the
/// first iteration. One iteration is `evaluate` (outputs, residual, loss) and then `step`.
/// Layers below the first trained one are evaluated once.
template <class Scalar>
class GradientDescent {
 public:
  /// x: d x n, y: C x n. Both and `network` must outlive this object.
  GradientDescent(Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y);

  /// Forward pass at the present parameters; returns the loss.
  double evaluate();

  /// theta <- theta - eta c grad L, layer by layer, from the last evaluate; c the layer's rate.
  void step(double eta);

  /// C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return activity_.output; }

 private:
  void update(std::size_t l, const MatrixOf<Scalar>& signal, double eta);

  Network<Scalar>& network_;
  const MatrixOf<Scalar>& x_;
  const MatrixOf<Scalar>& y_;
  Activity<Scalar> activity_;
  MatrixOf<Scalar> residual_;
  std::vector<MatrixOf<Scalar>> signal_;  ///< n dL/dz of each hidden layer, width x n
  VectorOf<Scalar> ones_;
  std::size_t first_trained_;
};

extern template class GradientDescent<double>;
extern template class GradientDescent<float>;

}  // namespace ntksweep
