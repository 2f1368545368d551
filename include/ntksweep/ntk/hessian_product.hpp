#pragma once

#include <functional>
#include <vector>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// A loss L as a function of the network's outputs f (C x n), at one point: what its gradient and
/// its Hessian need. With a trained output F = alpha (f - b) and L = 1/(n alpha^2) sum_i l(F_i) they
/// are l'(F) / alpha and v -> l''(F) v.
struct OutputDerivatives {
  Matrix signal;                                   ///< n dL/df, C x n
  std::function<Matrix(const Matrix&)> curvature;  ///< v -> n (d^2 L / df^2) v, C x n
};

/// Those of 1/(2n) |f - y|^2: f - y and the identity.
OutputDerivatives squared_loss_derivatives(const Matrix& output, const Matrix& target);

/// v -> C^{1/2} H C^{1/2} v on the trained parameters, H the Hessian of the loss, C the diagonal of
/// the learning-rate factors. v is laid out layer by layer, weights column by column, then biases;
/// what is frozen (c = 0) is left out. Exact: the forward-mode derivative of the gradient
/// (Pearlmutter, Neural Computation 6, 1994), phi'' = 0 at kinks. About 12 n P flops a product for P
/// weights; memory: 4 matrices width x n a hidden layer held, 2 more during a product.
/// `network` and `x` (d x n) must outlive it and stay as they are.
class HessianProduct {
 public:
  HessianProduct(const Network<double>& network, const Matrix& x, OutputDerivatives loss);

  Index size() const { return size_; }

  Vector operator()(const Vector& v) const;

 private:
  /// The direction d theta = C^{1/2} v of one layer; empty where it is frozen.
  struct Direction {
    Matrix weights;
    Vector biases;
  };

  const Matrix& input(std::size_t l) const { return l == 0 ? x_ : activity_.hidden[l - 1]; }
  void descend();
  std::vector<Direction> directions(const Vector& v) const;
  Matrix tangent(std::size_t l, const Direction& direction, const Matrix& dh) const;

  const Network<double>& network_;
  const Matrix& x_;
  OutputDerivatives loss_;
  Index size_;
  std::size_t first_trained_;
  Activity<double> activity_;
  std::vector<Matrix> signal_;  ///< n dL/dz of every layer from the first trained one, the output's last
  std::vector<Matrix> bend_;    ///< n dL/dh o phi''(z) of the hidden layers
};

}  // namespace ntksweep
