#include "kernel_tiles.hpp"

#include <cblas.h>

#include <algorithm>

#include "ntksweep/nn/large_matrix.hpp"

namespace ntksweep {

namespace {

constexpr Index longest_gram_edge = 512;

struct Range {
  Index begin, size;
};

/// [0, size) in as few ranges as `longest` allows, of about equal length.
std::vector<Range> ranges_of(Index size, Index longest) {
  const Index count = (size + longest - 1) / longest;
  std::vector<Range> ranges;
  for (Index i = 0; i < count; ++i) {
    const Index begin = size * i / count;
    ranges.push_back({begin, size * (i + 1) / count - begin});
  }
  return ranges;
}

/// Entries (i, j) below the diagonal, by blocks of one cache line's length each way: longer ones collide
/// where the size is a power of two.
template <class Action>
void for_each_below(Index size, Action act) {
  constexpr Index edge = 8;
  for (Index column = 0; column < size; column += edge) {
    for (Index row = column; row < size; row += edge) {
      const Index last_row = std::min(row + edge, size);
      for (Index j = column; j < std::min(column + edge, size); ++j) {
        for (Index i = std::max(row, j + 1); i < last_row; ++i) act(i, j);
      }
    }
  }
}

blasint blas_size(Index n) { return static_cast<blasint>(n); }

}  // namespace

std::vector<Tile> tiles_of(Index rows, Index columns, Index longest, Coverage coverage) {
  const bool triangle = coverage == Coverage::lower_triangle;
  std::vector<Tile> tiles;
  for (const Range& column : ranges_of(columns, longest)) {
    for (const Range& row : ranges_of(rows, longest)) {
      if (triangle && row.begin < column.begin) continue;
      tiles.push_back({row.begin, column.begin, row.size, column.size, triangle && row.begin == column.begin});
    }
  }
  return tiles;
}

void inner_products(const Columns& left, const Columns& right, const Tile& tile, double* out, Index stride) {
  const blasint height = blas_size(left.height);
  const blasint lead = std::max(height, blasint{1});
  const double* a = left.data + tile.row * left.height;
  const double* b = right.data + tile.column * right.height;
  if (tile.is_diagonal) {
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, blas_size(tile.rows), height, 1.0, a, lead, 0.0, out,
                blas_size(stride));
  } else {
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, blas_size(tile.rows), blas_size(tile.columns), height, 1.0, a,
                lead, b, lead, 0.0, out, blas_size(stride));
  }
}

void mirror_lower_triangle(Matrix& matrix) {
  const Index size = matrix.rows();
  double* const entry = matrix.data();
  for_each_below(size, [=](Index i, Index j) { entry[j + i * size] = entry[i + j * size]; });
}

void mirror_upper_triangle(Matrix& matrix) {
  const Index size = matrix.rows();
  double* const entry = matrix.data();
  for_each_below(size, [=](Index i, Index j) { entry[i + j * size] = entry[j + i * size]; });
}

Matrix gram_matrix(const Columns& a) {
  Matrix gram;
  resize_large(gram, a.count, a.count);
  for (const Tile& tile : tiles_of(a.count, a.count, longest_gram_edge, Coverage::lower_triangle)) {
    inner_products(a, a, tile, gram.data() + tile.row + tile.column * a.count, a.count);
  }
  mirror_lower_triangle(gram);
  return gram;
}

}  // namespace ntksweep
