#include "ntksweep/nn/activation.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

template <class S>
auto array(std::span<S> values) {
  return Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>>(values.data(), static_cast<Index>(values.size()));
}

template <class S>
void linear(std::span<S>, std::span<S> slope, double) {
  array(slope).setOnes();
}

/// One plain loop, which compilers vectorize; Eigen turns its comparisons into entries one by one.
/// The product with the slope, rather than a selection, lets a NaN through: divergence must show.
template <class S>
void rectify(std::span<S> z, std::span<S> slope, S leak) {
  S* const value = z.data();
  S* const derivative = slope.data();
  for (std::size_t i = 0, size = z.size(); i < size; ++i) {
    const S rise = value[i] > S(0) ? S(1) : leak;
    derivative[i] = rise;
    value[i] *= rise;
  }
}

template <class S>
void relu(std::span<S> z, std::span<S> slope, double) {
  rectify(z, slope, S(0));
}

template <class S>
void leaky_relu(std::span<S> z, std::span<S> slope, double leak) {
  rectify(z, slope, static_cast<S>(leak));
}

template <class S>
void tanh(std::span<S> z, std::span<S> slope, double) {
  array(z) = array(z).tanh();
  array(slope) = S(1) - array(z).square();
}

template <class S>
void erf(std::span<S> z, std::span<S> slope, double) {
  const S factor = static_cast<S>(2.0 * std::numbers::inv_sqrtpi);
  array(slope) = factor * (-array(z).square()).exp();
  for (S& value : z) value = std::erf(value);
}

/// phi = z Phi(z), phi' = Phi(z) + z N(z), with Phi and N the normal distribution and density.
template <class S>
void gelu(std::span<S> z, std::span<S> slope, double) {
  const S root_half = static_cast<S>(1.0 / std::numbers::sqrt2);
  const S density = static_cast<S>(0.5 * std::numbers::inv_sqrtpi * std::numbers::sqrt2);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const S value = z[i];
    const S cumulative = S(0.5) * (S(1) + std::erf(value * root_half));
    slope[i] = cumulative + value * density * std::exp(S(-0.5) * value * value);
    z[i] = value * cumulative;
  }
}

Matrix no_curvature(const Matrix& z) { return Matrix::Zero(z.rows(), z.cols()); }

/// -2 tanh (1 - tanh^2).
Matrix tanh_curvature(const Matrix& z) {
  const auto value = z.array().tanh().eval();
  return -2 * value * (1 - value.square());
}

/// -2 z phi'(z).
Matrix erf_curvature(const Matrix& z) {
  return -4 * std::numbers::inv_sqrtpi * z.array() * (-z.array().square()).exp();
}

/// (2 - z^2) N(z), N the normal density.
Matrix gelu_curvature(const Matrix& z) {
  const double density = 0.5 * std::numbers::inv_sqrtpi * std::numbers::sqrt2;
  return density * (2 - z.array().square()) * (-0.5 * z.array().square()).exp();
}

double all_of_it(double) { return 1; }
double nothing(double) { return 0; }
double leaky_slope(double slope) { return slope; }

constexpr std::array<Activation, 6> table{{
    {"linear", "z", linear<double>, linear<float>, no_curvature, Smoothness::smooth, all_of_it},
    {"relu", "max(z, 0), phi'(0) = 0", relu<double>, relu<float>, no_curvature, Smoothness::kinked, nothing},
    {"leaky_relu", "z where z > 0, else leaky_slope z", leaky_relu<double>, leaky_relu<float>, no_curvature,
     Smoothness::kinked, leaky_slope},
    {"tanh", "tanh(z)", tanh<double>, tanh<float>, tanh_curvature, Smoothness::smooth, nullptr},
    {"erf", "erf(z)", erf<double>, erf<float>, erf_curvature, Smoothness::smooth, nullptr},
    {"gelu", "z Phi(z), Phi the normal distribution (exact)", gelu<double>, gelu<float>, gelu_curvature,
     Smoothness::smooth, nullptr},
}};

}  // namespace

std::span<const Activation> activations() { return table; }

const Activation& find_activation(std::string_view name) {
  if (const auto* row = find_named(activations(), name)) return *row;
  throw InputError(fmt::format("model.activation: no activation is called '{}'; choose one of {}", name,
                               fmt::join(names_of(activations()), ", ")));
}

}  // namespace ntksweep
