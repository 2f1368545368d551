#include "initial_draws.hpp"

#include <lapacke.h>

#include <array>
#include <numbers>

#include "ntksweep/core/hash.hpp"
#include "ntksweep/nn/lapack_failure.hpp"

namespace ntksweep {

namespace {

/// The substream of one parameter array: its layer, what it is, and its shape, so that networks of
/// different width share no draws.
template <class... Part>
std::uint64_t substream(Part... part) {
  const std::array<std::uint64_t, sizeof...(part)> identity{static_cast<std::uint64_t>(part)...};
  return hash_values(std::span<const std::uint64_t>(identity));
}

template <class Array>
Array filled(const InitialContext& context, std::uint64_t stream, Array array, Distribution distribution) {
  distribution(RandomStream(Stream::initialization, context.seed, stream),
               {array.data(), static_cast<std::size_t>(array.size())});
  return array;
}

void check(lapack_int info, std::string_view routine) {
  if (info != 0) throw lapack_failure("initialization", routine, info);
}

/// For rows >= columns.
Matrix orthonormal_columns(Matrix a) {
  const auto rows = static_cast<lapack_int>(a.rows());
  const auto columns = static_cast<lapack_int>(a.cols());
  if (columns == 0) return a;
  Vector tau(a.cols());
  check(LAPACKE_dgeqrf(LAPACK_COL_MAJOR, rows, columns, a.data(), rows, tau.data()), "dgeqrf");
  const Vector sign = a.diagonal().unaryExpr([](double r) { return r < 0 ? -1.0 : 1.0; });
  check(LAPACKE_dorgqr(LAPACK_COL_MAJOR, rows, columns, columns, a.data(), rows, tau.data()), "dorgqr");
  return a * sign.asDiagonal();
}

}  // namespace

void standard_normal(const RandomStream& stream, std::span<double> out) { stream.normals(out); }

void standard_uniform(const RandomStream& stream, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (2.0 * stream.uniform(i) - 1.0) * std::numbers::sqrt3;
}

Matrix draw_weights(const InitialContext& context, std::size_t layer, Index rows, Index columns,
                    Distribution distribution) {
  return filled(context, substream(layer, rows, columns), Matrix(rows, columns), distribution);
}

Vector draw_bias(const InitialContext& context, std::size_t layer, Index size, Distribution distribution) {
  // Columns = 0 marks the bias: no weight array has that shape.
  return filled(context, substream(layer, size, 0), Vector(size), distribution);
}

Parameters draw_parameters(const InitialContext& context, Distribution distribution) {
  Parameters parameters;
  for (std::size_t l = 0; l < context.layers.size(); ++l) {
    const LayerRule& layer = context.layers[l];
    parameters.weights.push_back(layer.weight_sd * draw_weights(context, l, layer.fan_out, layer.fan_in, distribution));
    const Index size = layer.has_bias ? layer.fan_out : 0;
    parameters.biases.push_back(layer.bias_sd * draw_bias(context, l, size, distribution));
  }
  return parameters;
}

Matrix draw_frame(const InitialContext& context, std::size_t layer, Index rows, Index columns) {
  // Four numbers where a weight array has three: no two of them share a stream.
  return semi_orthogonal(filled(context, substream(layer, rows, columns, 1), Matrix(rows, columns), standard_normal));
}

Matrix semi_orthogonal(const Matrix& gaussian) {
  if (gaussian.rows() >= gaussian.cols()) return orthonormal_columns(gaussian);
  return orthonormal_columns(gaussian.transpose()).transpose();
}

}  // namespace ntksweep
