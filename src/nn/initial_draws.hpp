#pragma once

#include "ntksweep/core/random.hpp"
#include "ntksweep/nn/initialization.hpp"

namespace ntksweep {

/// One array of initial draws, of mean 0 and variance 1.
using Distribution = void (*)(const RandomStream& stream, std::span<double> out);
void standard_normal(const RandomStream& stream, std::span<double> out);
void standard_uniform(const RandomStream& stream, std::span<double> out);  ///< U(-sqrt 3, sqrt 3)

/// The draws of one weight array (rows x columns) and of one bias (size), by layer and shape.
Matrix draw_weights(const InitialContext& context, std::size_t layer, Index rows, Index columns,
                    Distribution distribution = standard_normal);
Vector draw_bias(const InitialContext& context, std::size_t layer, Index size,
                 Distribution distribution = standard_normal);

/// Independent entries everywhere, times the standard deviations of the rules.
Parameters draw_parameters(const InitialContext& context, Distribution distribution);

/// R: rows x columns with R^T R = 1 (rows >= columns), Haar-distributed, for the level between layer
/// and layer + 1; from draws that no weight array shares.
Matrix draw_frame(const InitialContext& context, std::size_t layer, Index rows, Index columns);

/// The nearest thing to a Gaussian array with orthonormal columns (or rows, where these are fewer):
/// Q of its QR factorization with the signs of diag(R), which makes Q Haar-distributed
/// (Mezzadri, Notices of the AMS 54, 2007). O(rows columns min(rows, columns)).
/// Throws NumericalError when LAPACK fails.
Matrix semi_orthogonal(const Matrix& gaussian);

}  // namespace ntksweep
