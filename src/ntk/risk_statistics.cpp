#include <array>
#include <cmath>

#include "ntksweep/nn/dataset.hpp"
#include "ntksweep/ntk/least_squares_risk.hpp"
#include "ntksweep/ntk/random_features_risk.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

/// Least squares or random features, solved exactly, on a linear teacher and Gaussian inputs, without
/// biases; null elsewhere.
const LinearTeacher* teacher(const Snapshot& s, std::size_t weight_layers) {
  const auto& layers = s.network.layers;
  const auto& known = s.theory.options().teacher;
  return known && layers.size() == weight_layers && !layers[0].has_bias && !layers.back().has_bias ? &*known : nullptr;
}

double outputs(const Snapshot& s) { return static_cast<double>(s.data.y.rows()); }

void measured(const Snapshot& s, Out out) {
  if (s.theory.options().teacher) out[0] = 2 * squared_loss(s.test_output, s.data.y_test);
}

void least_squares_exact(const Snapshot& s, Out out) {
  const auto* known = teacher(s, 1);
  if (known == nullptr) return;
  out[0] = outputs(s) * least_squares_excess_risk(s.data.x.cols(), s.data.x.rows(), {known->signal, known->noise});
}

void least_squares_asymptotic(const Snapshot& s, Out out) {
  const auto* known = teacher(s, 1);
  if (known == nullptr) return;
  const double gamma = static_cast<double>(s.data.x.rows()) / static_cast<double>(s.data.x.cols());
  out[0] = outputs(s) * least_squares_asymptotic_risk(gamma, {known->signal, known->noise});
}

void random_features(const Snapshot& s, Out out) {
  const auto* known = teacher(s, 2);
  if (known == nullptr || s.theory.options().wide_limit == WideLimit::none) return;
  const LayerRule& first = s.network.layers[0];
  const double sigma = first.scale * first.weight_sd * std::sqrt(static_cast<double>(first.fan_in));
  const RandomFeaturesProblem problem{first.fan_in, first.fan_out, s.data.x.cols(), known->signal, known->noise};
  out[0] = outputs(s) *
           random_features_excess_risk(problem, feature_moments(*s.network.activation, s.network.leaky_slope, sigma));
}

constexpr Statistic row(std::string_view name, std::string_view long_name, std::string_view formula,
                        std::string_view reference, void (*measure)(const Snapshot&, Out)) {
  return {name, Group::risk, Taken::end, Shape::scalar, Number::real, "1", long_name, formula, reference, measure};
}

constexpr std::string_view hastie = "Hastie et al. 2022, arXiv:1903.08560";

constexpr std::array table{
    row("excess_risk", "excess risk on the test set, for a linear teacher, Gaussian inputs, the minimum-norm solution",
        "2 test_loss", hastie, measured),
    row("risk_least_squares", "expected excess risk of least squares at these sizes (no hidden layer)",
        "p <= n-2: s^2 p / (n-p-1); p >= n+2: r^2 (1 - n/p) + s^2 n / (p-n-1)", hastie, least_squares_exact),
    row("risk_least_squares_limit", "its limit for p and n to infinity at fixed p / n",
        "s^2 g / (1-g), or r^2 (1 - 1/g) + s^2 / (g-1), g = p / n", hastie, least_squares_asymptotic),
    row("risk_random_features_limit",
        "excess risk of random features for d, m and n to infinity at fixed ratios (one hidden layer)",
        "r^2 B(m/d, n/d, zeta) + s^2 V(m/d, n/d, zeta)", "Mei, Montanari 2022, arXiv:1908.05355", random_features),
};

}  // namespace

std::span<const Statistic> risk_statistics() { return table; }

}  // namespace ntksweep
