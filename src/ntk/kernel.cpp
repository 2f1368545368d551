#include "ntksweep/ntk/kernel.hpp"

#include <algorithm>
#include <vector>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

namespace {

/// a^T a for a (k x n), by one symmetric rank-k update; both triangles filled.
Matrix gram(const Matrix& a) {
  Matrix result = Matrix::Zero(a.cols(), a.cols());
  result.selfadjointView<Eigen::Lower>().rankUpdate(a.transpose());
  result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
  return result;
}

/// c s^2 G_{l-1} + c_b beta^2: the factor of layer l that does not depend on the output.
Matrix input_factor(const LayerRule& layer, const Matrix& input) {
  Matrix factor = layer.weight_rate == 0 ? Matrix(Matrix::Zero(input.cols(), input.cols())) : gram(input);
  factor.array() = layer.weight_rate * layer.scale * layer.scale * factor.array() +
                   layer.bias_rate * layer.bias_scale * layer.bias_scale;
  return factor;
}

/// Signals below it are not needed.
std::size_t first_trained(const Network<double>& network) {
  const auto layer = std::ranges::find_if(
      network.layers, [](const LayerRule& rule) { return rule.weight_rate != 0 || rule.bias_rate != 0; });
  return static_cast<std::size_t>(layer - network.layers.begin());
}

/// Signals df_c/dz of the last hidden layer, one matrix (width x n) per output:
/// s_out W_out[c, k] phi'(z_k).
std::vector<Matrix> last_hidden_signals(const Network<double>& network, const Matrix& slope) {
  const Matrix readout = network.layers.back().scale * network.weights.back();
  std::vector<Matrix> signals;
  for (Index c = 0; c < readout.rows(); ++c) {
    signals.emplace_back(readout.row(c).transpose().asDiagonal() * slope);
  }
  return signals;
}

/// One layer down: s W^T signal o phi'(z).
void descend(const Network<double>& network, std::size_t l, const Matrix& slope, std::vector<Matrix>& signals) {
  for (Matrix& signal : signals) {
    Matrix below = (network.layers[l].scale * network.weights[l]).transpose() * signal;
    signal = below.cwiseProduct(slope);
  }
}

/// (1/C) sum_c Delta_cc. For the layer below the output one weighted Gram does:
/// sum_c W_ck^2 = w_k^2 gives (w o phi')^T (w o phi'), at the cost of a single output.
Matrix traced_gram(const std::vector<Matrix>& signals) {
  Matrix sum = gram(signals.front());
  for (std::size_t c = 1; c < signals.size(); ++c) sum += gram(signals[c]);
  return sum / static_cast<double>(signals.size());
}

Matrix traced_last_hidden(const Network<double>& network, const Matrix& slope) {
  const Matrix& readout = network.weights.back();
  const Vector weight = network.layers.back().scale *
                        (readout.colwise().squaredNorm() / static_cast<double>(readout.rows())).cwiseSqrt().transpose();
  return gram(weight.asDiagonal() * slope);
}

void add_traced(const Network<double>& network, const Activity<double>& activity, const Matrix& x, Matrix& kernel) {
  const std::size_t depth = network.layers.size() - 1;
  std::vector<Matrix> signals;
  for (std::size_t l = depth; l-- > first_trained(network);) {
    const bool last_hidden = l + 1 == depth;
    // One output, or more than the single weighted Gram can serve: carry the signals down.
    if (!last_hidden) {
      if (signals.empty()) signals = last_hidden_signals(network, activity.slope[depth - 1]);
      descend(network, l + 1, activity.slope[l], signals);
    }
    const Matrix delta = last_hidden ? traced_last_hidden(network, activity.slope[l]) : traced_gram(signals);
    kernel.array() += input_factor(network.layers[l], l == 0 ? x : activity.hidden[l - 1]).array() * delta.array();
  }
}

/// Adds factor o (B_a^T B_b) to the entries (i C + a, j C + b) and, for a != b, their mirror.
void add_block(const Matrix& factor, const Matrix& delta, Index a, Index b, Index outputs, Matrix& kernel) {
  const Index n = factor.rows();
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i) {
      const double value = factor(i, j) * delta(i, j);
      kernel(i * outputs + a, j * outputs + b) += value;
      if (a != b) kernel(j * outputs + b, i * outputs + a) += value;
    }
  }
}

void add_full(const Network<double>& network, const Activity<double>& activity, const Matrix& x, Matrix& kernel) {
  const std::size_t depth = network.layers.size() - 1;
  const Index outputs = network.weights.back().rows();
  if (first_trained(network) == depth) return;
  std::vector<Matrix> signals = last_hidden_signals(network, activity.slope[depth - 1]);
  for (std::size_t l = depth; l-- > first_trained(network);) {
    if (l + 1 < depth) descend(network, l + 1, activity.slope[l], signals);
    const Matrix factor = input_factor(network.layers[l], l == 0 ? x : activity.hidden[l - 1]);
    for (Index a = 0; a < outputs; ++a) {
      add_block(factor, gram(signals[static_cast<std::size_t>(a)]), a, a, outputs, kernel);
      for (Index b = 0; b < a; ++b) {
        const Matrix delta = signals[static_cast<std::size_t>(a)].transpose() * signals[static_cast<std::size_t>(b)];
        add_block(factor, delta, a, b, outputs, kernel);
      }
    }
  }
}

}  // namespace

Matrix empirical_ntk(const Network<double>& network, const Matrix& x, KernelKind kind) {
  Activity<double> activity;
  forward(network, x, activity);
  const Index outputs = network.weights.back().rows();
  const Matrix readout = input_factor(network.layers.back(), activity.hidden.empty() ? x : activity.hidden.back());
  if (kind == KernelKind::trace || outputs == 1) {
    Matrix kernel = readout;
    add_traced(network, activity, x, kernel);
    return kernel;
  }
  Matrix kernel = Matrix::Zero(x.cols() * outputs, x.cols() * outputs);
  const Matrix ones = Matrix::Ones(x.cols(), x.cols());
  for (Index c = 0; c < outputs; ++c) add_block(readout, ones, c, c, outputs, kernel);
  add_full(network, activity, x, kernel);
  return kernel;
}

}  // namespace ntksweep
