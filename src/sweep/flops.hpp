#pragma once

#include "work_sizes.hpp"

/// Flops of the pieces that cells are made of. What is slower than matrix products counts for more
/// flops than it has, measured on one core beside products of 256 x 256
/// (docs/decisions/0005-scheduling-and-threads.md).
namespace ntksweep::flops {

constexpr double call_overhead = 3e3;    ///< per layer and pass: what a tiny layer costs
constexpr double kernel_entry = 10;      ///< element by element, per kernel entry and layer
constexpr double eigenvector_flops = 6;  ///< dsyevd with vectors, per N^3

constexpr double square(double x) { return x * x; }
constexpr double cube(double x) { return x * x * x; }

/// One pass through all layers of `samples` inputs.
double forward(const WorkSizes& s, double samples);

/// Signals from the outputs down to the first hidden layer, for one vector of outputs per sample.
double backward(const WorkSizes& s);

/// ntk/kernel.hpp, generalized to several outputs.
double kernel(const WorkSizes& s);

/// Eigenvalues of the recorded kernel, without vectors.
double spectrum(const WorkSizes& s);

}  // namespace ntksweep::flops
