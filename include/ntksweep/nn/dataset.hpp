#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// regression: any targets. binary: one output, +-1. multiclass: one-hot, C outputs.
enum class TargetKind { regression, binary, multiclass };

/// The training and test set of one cell. Samples are columns.
struct Dataset {
  TargetKind kind = TargetKind::regression;
  Matrix x;        ///< d x n
  Matrix y;        ///< C x n, with label noise: what training sees
  Matrix y_clean;  ///< C x n, without label noise
  Matrix x_test;   ///< d x n_test
  Matrix y_test;   ///< C x n_test, never noisy
};

/// 1/(2n) sum_i |f(x_i) - y_i|^2, summed over outputs.
double squared_loss(const Matrix& output, const Matrix& target);

/// Share of samples that are classified wrongly (sign for binary, largest output for multiclass);
/// NaN for regression. An output that is not finite counts as wrong.
double classification_error(TargetKind kind, const Matrix& output, const Matrix& target);

}  // namespace ntksweep
