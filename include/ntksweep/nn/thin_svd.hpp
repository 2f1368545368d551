#pragma once

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// A = left diag(values) right^T, with k = min(rows, columns) values.
struct ThinSvd {
  Matrix left;    ///< rows x k, orthonormal columns
  Vector values;  ///< k, descending
  Matrix right;   ///< columns x k, orthonormal columns
};

/// By divide and conquer (Eigen's BDCSVD) on one core, O(rows columns k).
ThinSvd thin_svd(const Matrix& a);

/// The values alone, at a fraction of the cost; their bits need not be those of thin_svd.
Vector singular_values(const Matrix& a);

}  // namespace ntksweep
