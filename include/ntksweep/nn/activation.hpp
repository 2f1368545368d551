#pragma once

#include <span>
#include <string_view>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// Whether phi' is continuous.
enum class Smoothness { smooth, kinked };

/// One activation function phi, entry by entry, in both precisions.
/// To add one, write its three functions and add one row to the table in activation.cpp.
struct Activation {
  std::string_view name;
  std::string_view formula;

  /// In place: `z` becomes phi(z), and `slope` becomes phi'(z). Same shapes. `leak` is the
  /// negative slope of leaky_relu; the others ignore it.
  void (*apply_f64)(MatrixOf<double>& z, MatrixOf<double>& slope, double leak);
  void (*apply_f32)(MatrixOf<float>& z, MatrixOf<float>& slope, double leak);

  /// phi''(z), same shape; 0 everywhere, kinks included, for the piecewise linear ones.
  Matrix (*curvature)(const Matrix& z);

  Smoothness smoothness;
};

/// All activations, in the order in which `ntksweep list activations` prints them.
std::span<const Activation> activations();

/// The activation of that name; throws InputError naming the known ones.
const Activation& find_activation(std::string_view name);

inline void apply(const Activation& phi, MatrixOf<double>& z, MatrixOf<double>& slope, double leak) {
  phi.apply_f64(z, slope, leak);
}
inline void apply(const Activation& phi, MatrixOf<float>& z, MatrixOf<float>& slope, double leak) {
  phi.apply_f32(z, slope, leak);
}

}  // namespace ntksweep
