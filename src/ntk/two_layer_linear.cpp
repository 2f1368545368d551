#include "ntksweep/ntk/two_layer_linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/thin_svd.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {

namespace {

/// Y in their orientation, n x C: what the network itself is to become.
Matrix network_targets(const Network<double>& initial, const Matrix& x, const Matrix& y, const TrainingRules& rules) {
  const Matrix targets = y / rules.output_scale;
  if (rules.centre == OutputCentre::none) return targets.transpose();
  return (targets + predict(initial, x)).transpose();
}

/// sqrt(k) eps | |W_2| |W_1| |X| + |Y| |_F: an inner product of k terms, its rounding errors
/// independent (Higham, Mary, SIAM J. Sci. Comput. 41, 2019), at initialization.
double rounding_error(const Network<double>& network, const Matrix& x, const Matrix& targets, double unit_roundoff) {
  const auto& layers = network.layers;
  const double scale = layers[0].scale * layers[1].scale;
  const Matrix terms = scale * (network.weights[1].cwiseAbs() * (network.weights[0].cwiseAbs() * x.cwiseAbs()));
  const auto length = static_cast<double>(layers[0].fan_in + layers[1].fan_in);
  return unit_roundoff * std::sqrt(length) * (terms.transpose() + targets.cwiseAbs()).norm();
}

/// Smallest and largest eigenvalue of a a^T, from the smaller of a a^T and a^T a.
std::pair<double, double> gram_extremes(const Matrix& a) {
  const bool is_wide = a.rows() <= a.cols();
  const Vector values = symmetric_eigenvalues(is_wide ? Matrix(a * a.transpose()) : Matrix(a.transpose() * a));
  return {is_wide ? std::max(values(0), 0.0) : 0.0, values(values.size() - 1)};
}

}  // namespace

double LinearProblem::loss_error(double loss) const {
  const double whole = std::max(loss, 0.0) + unreachable;
  const double summation = 8 * std::numeric_limits<double>::epsilon() * whole;
  return std::sqrt(2 * whole) * rounding + 0.5 * rounding * rounding + summation;
}

std::string outside_linear_theory(const Network<double>& network, const TrainingRules& rules, Index samples) {
  const auto& layers = network.layers;
  if (layers.size() != 2) return fmt::format("model.depth = 1, not {}", static_cast<Index>(layers.size()) - 1);
  if (network.activation->name != "linear") {
    return fmt::format("model.activation = linear, not {}", network.activation->name);
  }
  if (layers[0].has_bias || layers[1].has_bias) return "model.biases = none";
  if (layers[0].weight_rate == 0) return "model.train = all";
  if (layers[0].weight_rate != layers[1].weight_rate) return "the same learning-rate factor in both layers";
  if (rules.loss != LossKind::squared) return "training.loss = squared";
  if (rules.momentum != 0) return "training.momentum = 0";
  if (rules.weight_decay != 0) return "training.weight_decay = 0";
  if (rules.batch > 0 && rules.batch < samples) return "training.batch = 0";
  return "";
}

LinearProblem linear_problem(const Network<double>& initial, const Matrix& x, const Matrix& y,
                             const TrainingRules& rules, double unit_roundoff) {
  const auto& layers = initial.layers;
  const Matrix targets = network_targets(initial, x, y, rules);
  const ThinSvd svd = thin_svd(x);
  const Vector& singular = svd.values;
  const double cut_off = static_cast<double>(std::max(x.rows(), x.cols())) * std::numeric_limits<double>::epsilon();
  const Index rank = (singular.array() > cut_off * singular(0)).count();
  if (rank == 0) throw NumericalError("two-layer linear theory: all training inputs are zero");
  const auto samples_basis = svd.right.leftCols(rank);
  const Matrix reachable = samples_basis.transpose() * targets;
  return {.samples = static_cast<double>(x.cols()),
          .rate = layers[0].weight_rate,
          .scale = rules.output_scale,
          .seen = svd.left.leftCols(rank),
          .singular = layers[0].scale * layers[1].scale * singular.head(rank),
          .targets = reachable,
          .unreachable = rank == x.cols() ? 0.0 : 0.5 * (targets - samples_basis * reachable).squaredNorm(),
          .rounding = rounding_error(initial, x, targets, unit_roundoff)};
}

LinearWeights linear_weights(const LinearProblem& problem, const Network<double>& network) {
  return {(network.weights[0] * problem.seen).transpose(), network.weights[1].transpose()};
}

LinearGeometry linear_geometry(const LinearWeights& weights) {
  const auto [first_min, first_max] = gram_extremes(weights.w1);
  const auto [second_min, second_max] = gram_extremes(weights.w2.transpose());
  const Vector singular = singular_values(weights.w1 * weights.w2);
  return {first_min + second_min, first_max + second_max, singular(singular.size() - 1), singular(0)};
}

}  // namespace ntksweep
