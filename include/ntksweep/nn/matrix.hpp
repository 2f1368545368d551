#pragma once

#include <Eigen/Core>

namespace ntksweep {

using Index = Eigen::Index;

/// Dense, column-major. Data matrices hold one sample per column.
template <class Scalar>
using MatrixOf = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using VectorOf = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

using Matrix = MatrixOf<double>;
using Vector = VectorOf<double>;

}  // namespace ntksweep
