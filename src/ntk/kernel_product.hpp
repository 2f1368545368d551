#pragma once

#include <vector>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

/// v -> K v = J c J^T v with K the full kernel (nC x nC, sample-major), J (nC x P) never formed: a backward
/// pass sums g = c J^T v, a forward-mode pass gives J g, each by panels of 256 samples. 6 n P flops.
/// Memory: a forward pass, one g, signals and tangents of a panel. `network` and `x` must outlive it.
class KernelProduct {
 public:
  KernelProduct(const Network<double>& network, const Matrix& x);

  Index size() const { return activity_.output.size(); }
  Index outputs() const { return activity_.output.rows(); }

  Vector operator()(const Vector& v);

  /// Diagonal of K, nC entries: C backward passes.
  Vector diagonal();

 private:
  /// Columns [begin, begin + count) of what belongs to samples.
  struct Panel {
    Index begin, count;
  };
  template <class Action>
  void for_each_panel(Action act) const;
  const Matrix& input(std::size_t l) const { return l == 0 ? x_ : activity_.hidden[l - 1]; }
  void descend(std::size_t l, const Panel& panel);
  void add_gradient(const Vector& v, const Panel& panel);
  void tangent(const Panel& panel, Vector& result);
  void add_diagonal(Index output, const Panel& panel, Vector& diagonal);

  const Network<double>& network_;
  const Matrix& x_;
  std::size_t first_trained_;
  Activity<double> activity_;
  std::vector<Matrix> signal_;         ///< of one panel, by layer: fan_out x 256
  std::vector<Matrix> gradient_;       ///< by layer, fan_out x fan_in; empty where weights are frozen
  std::vector<Vector> bias_gradient_;  ///< likewise
};

}  // namespace ntksweep
