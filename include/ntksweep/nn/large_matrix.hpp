#pragma once

#include "ntksweep/core/pages.hpp"
#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// matrix.resize(rows, columns), in large pages where the memory is new and there is much of it.
template <class Scalar>
void resize_large(MatrixOf<Scalar>& matrix, Index rows, Index columns) {
  if (matrix.rows() == rows && matrix.cols() == columns) return;
  const Index before = matrix.size();
  matrix.resize(rows, columns);
  if (matrix.size() != before) {
    ask_for_large_pages(matrix.data(), static_cast<std::size_t>(matrix.size()) * sizeof(Scalar));
  }
}

}  // namespace ntksweep
