#include "ntksweep/ntk/kernel.hpp"

#include <algorithm>
#include <vector>

#include "kernel_side.hpp"

namespace ntksweep {

namespace {

/// a^T a for a (k x n), by one symmetric rank-k update; both triangles filled.
Matrix gram(const Matrix& a) {
  Matrix result = Matrix::Zero(a.cols(), a.cols());
  result.selfadjointView<Eigen::Lower>().rankUpdate(a.transpose());
  result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
  return result;
}

/// a^T b. A matrix with itself takes half the work and is symmetric to the bit.
Matrix inner_products(const Matrix& a, const Matrix& b) {
  if (&a == &b) return gram(a);
  return a.transpose() * b;
}

/// The kernel between two sides, layer by layer.
class KernelBetween {
 public:
  KernelBetween(const Network<double>& network, KernelSide& rows, KernelSide& columns)
      : network_(network), rows_(rows), columns_(columns), depth_(network.layers.size() - 1) {
    const auto layer = std::ranges::find_if(
        network.layers, [](const LayerRule& rule) { return rule.weight_rate != 0 || rule.bias_rate != 0; });
    first_trained_ = static_cast<std::size_t>(layer - network.layers.begin());
  }

  Matrix traced() {
    Matrix kernel = input_factor(depth_);
    for (std::size_t l = depth_; l-- > first_trained_;) {
      // One output, or more than the single weighted Gram can serve: carry the signals down.
      const bool last_hidden = l + 1 == depth_;
      if (!last_hidden) {
        if (l + 2 == depth_) descend_to(depth_ - 1);
        descend_to(l);
      }
      const Matrix delta = last_hidden ? traced_last_hidden() : traced_gram();
      kernel.array() += input_factor(l).array() * delta.array();
    }
    return kernel;
  }

  Matrix full() {
    const Index outputs = network_.layers.back().fan_out;
    Matrix kernel = Matrix::Zero(rows_.samples() * outputs, columns_.samples() * outputs);
    const Matrix readout = input_factor(depth_);
    for (Index c = 0; c < outputs; ++c) block(kernel, c, c) += readout;
    for (std::size_t l = depth_; l-- > first_trained_;) {
      descend_to(l);
      const Matrix factor = input_factor(l);
      for (Index a = 0; a < outputs; ++a) {
        for (Index b = 0; b < (is_symmetric() ? a + 1 : outputs); ++b) add_block(kernel, factor, a, b);
      }
    }
    return kernel;
  }

 private:
  bool is_symmetric() const { return &rows_ == &columns_; }

  void descend_to(std::size_t l) {
    rows_.descend_to(l);
    if (!is_symmetric()) columns_.descend_to(l);
  }

  /// c s^2 G_{l-1} + c_b beta^2: the factor of layer l that does not depend on the output.
  Matrix input_factor(std::size_t l) const {
    const LayerRule& layer = network_.layers[l];
    Matrix factor = Matrix::Zero(rows_.samples(), columns_.samples());
    if (layer.weight_rate != 0) factor = inner_products(rows_.input(l), columns_.input(l));
    factor.array() = layer.weight_rate * layer.scale * layer.scale * factor.array() +
                     layer.bias_rate * layer.bias_scale * layer.bias_scale;
    return factor;
  }

  /// (1/C) sum_c Delta_cc.
  Matrix traced_gram() const {
    Matrix sum = inner_products(rows_.signals().front(), columns_.signals().front());
    for (std::size_t c = 1; c < rows_.signals().size(); ++c) {
      sum += inner_products(rows_.signals()[c], columns_.signals()[c]);
    }
    return sum / static_cast<double>(rows_.signals().size());
  }

  /// For the layer below the output one weighted Gram does: sum_c W_ck^2 = w_k^2 gives
  /// (w o phi')^T (w o phi'), at the cost of a single output.
  Matrix traced_last_hidden() const {
    const Matrix& readout = network_.weights.back();
    const Vector mean_square = readout.colwise().squaredNorm() / static_cast<double>(readout.rows());
    const Vector weight = network_.layers.back().scale * mean_square.cwiseSqrt();
    const Matrix left = weight.asDiagonal() * rows_.slope(depth_ - 1);
    if (is_symmetric()) return gram(left);
    const Matrix right = weight.asDiagonal() * columns_.slope(depth_ - 1);
    return left.transpose() * right;
  }

  /// Entries (i C + a, j C + b) as an n1 x n2 matrix.
  Eigen::Map<Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> block(Matrix& kernel, Index a, Index b) const {
    const Index outputs = network_.layers.back().fan_out;
    return {
        kernel.data() + a + b * kernel.rows(), rows_.samples(), columns_.samples(), {kernel.rows() * outputs, outputs}};
  }

  /// Adds factor o (B_a^T B_b) and, for the other half of a symmetric kernel, its mirror.
  void add_block(Matrix& kernel, const Matrix& factor, Index a, Index b) const {
    const Matrix delta =
        inner_products(rows_.signals()[static_cast<std::size_t>(a)], columns_.signals()[static_cast<std::size_t>(b)]);
    const Matrix value = factor.cwiseProduct(delta);
    block(kernel, a, b) += value;
    if (is_symmetric() && a != b) block(kernel, b, a) += value.transpose();
  }

  const Network<double>& network_;
  KernelSide& rows_;
  KernelSide& columns_;
  std::size_t depth_;
  std::size_t first_trained_;
};

Matrix kernel_between(const Network<double>& network, KernelSide& rows, KernelSide& columns, KernelKind kind) {
  KernelBetween kernel(network, rows, columns);
  const bool one_block = kind == KernelKind::trace || network.layers.back().fan_out == 1;
  return one_block ? kernel.traced() : kernel.full();
}

}  // namespace

Matrix empirical_ntk(const Network<double>& network, const Matrix& x, KernelKind kind) {
  KernelSide side(network, x);
  return kernel_between(network, side, side, kind);
}

Matrix empirical_ntk(const Network<double>& network, const Matrix& rows, const Matrix& columns, KernelKind kind) {
  KernelSide left(network, rows);
  KernelSide right(network, columns);
  return kernel_between(network, left, right, kind);
}

}  // namespace ntksweep
