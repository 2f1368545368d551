#pragma once

#include <cmath>

#include "../support/reference_network.hpp"
#include "ntksweep/ntk/hessian_product.hpp"

/// The Hessian of a loss as a matrix, by central differences of its gradient (explicit Jacobians in
/// plain loops), and a loss whose derivatives couple the outputs.
namespace ntksweep::dense {

/// Cross-entropy of softmax(f): l' = p - y, l'' = diag p - p p^T, sample by sample.
inline OutputDerivatives cross_entropy(const Matrix& f, const Matrix& y) {
  Matrix p = f.array().exp();
  for (Index i = 0; i < p.cols(); ++i) p.col(i) /= p.col(i).sum();
  return {p - y, [p](const Matrix& v) {
            Matrix result = p.cwiseProduct(v);
            for (Index i = 0; i < p.cols(); ++i) result.col(i) -= p.col(i) * p.col(i).dot(v.col(i));
            return result;
          }};
}

/// Gradient over all parameters, layer by layer: J^T l'(f) / n.
template <class Loss>
Vector gradient(const Network<double>& network, const Matrix& x, const Matrix& y, Loss&& loss) {
  const Matrix signal = loss(reference::outputs(network, x), y).signal;
  return reference::jacobian(network, x).transpose() * signal.reshaped() / static_cast<double>(x.cols());
}

/// C^{1/2} H C^{1/2} on the trained parameters; about 1e-9 of its norm accurate.
template <class Loss>
Matrix hessian(const Network<double>& network, const Matrix& x, const Matrix& y, Loss&& loss) {
  const double h = 1e-5;
  const Vector theta = reference::parameters(network);
  const Vector rates = reference::rates(network);
  std::vector<Index> trained;
  for (Index k = 0; k < rates.size(); ++k) {
    if (rates(k) != 0) trained.push_back(k);
  }
  const auto count = static_cast<Index>(trained.size());
  Matrix result(count, count);
  for (Index k = 0; k < count; ++k) {
    const Vector step = h * Vector::Unit(theta.size(), trained[static_cast<std::size_t>(k)]);
    const Vector above = gradient(reference::with_parameters(network, theta + step), x, y, loss);
    const Vector below = gradient(reference::with_parameters(network, theta - step), x, y, loss);
    result.col(k) = ((above - below) / (2 * h))(trained);
  }
  const Vector root = rates(trained).cwiseSqrt();
  return root.asDiagonal() * result * root.asDiagonal();
}

}  // namespace ntksweep::dense
