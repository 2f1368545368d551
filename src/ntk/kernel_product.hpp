#pragma once

#include <vector>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// v -> K v = J c J^T v with K the full kernel (nC x nC, sample-major), J (nC x P) never formed:
/// a backward pass gives g = c J^T v layer by layer, a forward-mode pass gives J g.
/// `network` and `x` must outlive it.
class KernelProduct {
 public:
  KernelProduct(const Network<double>& network, const Matrix& x);

  Index size() const { return activity_.output.size(); }

  Vector operator()(const Vector& v) const;

 private:
  const Matrix& input(std::size_t l) const { return l == 0 ? x_ : activity_.hidden[l - 1]; }
  std::vector<Matrix> backward(const Matrix& v) const;
  Matrix tangent(const std::vector<Matrix>& signals) const;

  const Network<double>& network_;
  const Matrix& x_;
  Activity<double> activity_;
};

}  // namespace ntksweep
