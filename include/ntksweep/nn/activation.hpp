#pragma once

#include <span>
#include <string_view>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// Whether phi' is continuous.
enum class Smoothness { smooth, kinked };

/// One activation function phi, entry by entry, in both precisions.
/// To add one, write its functions and add one row to the table in activation.cpp.
struct Activation {
  std::string_view name;
  std::string_view formula;

  /// In place: `z` becomes phi(z), and `slope` becomes phi'(z). Same sizes. `leak` is the
  /// negative slope of leaky_relu; the others ignore it.
  void (*apply_f64)(std::span<double> z, std::span<double> slope, double leak);
  void (*apply_f32)(std::span<float> z, std::span<float> slope, double leak);

  /// phi''(z), same shape; 0 everywhere, kinks included, for the piecewise linear ones.
  Matrix (*curvature)(const Matrix& z);

  Smoothness smoothness;

  /// Where phi(z) = z for z > 0 and a multiple of z elsewhere: that multiple. Null for the others.
  double (*leak)(double leaky_slope);
};

/// All activations, in the order in which `ntksweep list activations` prints them.
std::span<const Activation> activations();

/// The activation of that name; throws InputError naming the known ones.
const Activation& find_activation(std::string_view name);

inline void apply(const Activation& phi, std::span<double> z, std::span<double> slope, double leak) {
  phi.apply_f64(z, slope, leak);
}
inline void apply(const Activation& phi, std::span<float> z, std::span<float> slope, double leak) {
  phi.apply_f32(z, slope, leak);
}

/// Matrices of the same shape.
template <class Scalar>
void apply(const Activation& phi, MatrixOf<Scalar>& z, MatrixOf<Scalar>& slope, double leak) {
  apply(phi, std::span(z.data(), static_cast<std::size_t>(z.size())),
        std::span(slope.data(), static_cast<std::size_t>(slope.size())), leak);
}

}  // namespace ntksweep
