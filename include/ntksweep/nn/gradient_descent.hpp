#pragma once

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// Full-batch gradient descent on 1/(2n) |f - y|^2 for one network, without allocation after
/// construction. One iteration is `evaluate` (outputs, residual, loss) and then `step`.
template <class Scalar>
class GradientDescent {
 public:
  /// x: d x n, y: C x n. Both and `network` must outlive this object.
  GradientDescent(Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y);

  /// Forward pass at the present parameters; returns the loss.
  double evaluate();

  /// theta <- theta - eta C grad, from the last evaluate. 4 n P flops or so, P parameters.
  void step(double eta);

  /// C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return activity_.output; }

 private:
  Network<Scalar>& network_;
  const MatrixOf<Scalar>& x_;
  const MatrixOf<Scalar>& y_;
  Activity<Scalar> activity_;
  MatrixOf<Scalar> residual_;
  std::vector<MatrixOf<Scalar>> signal_;  ///< dL/dz of each hidden layer times n, width x n
  VectorOf<Scalar> ones_;
};

extern template class GradientDescent<double>;
extern template class GradientDescent<float>;

}  // namespace ntksweep
