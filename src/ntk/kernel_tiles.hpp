#pragma once

#include <vector>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// `height` x `count` numbers, one column after the other.
struct Columns {
  const double* data;
  Index height, count;
};

/// Rows and columns of a matrix that is formed piece by piece.
struct Tile {
  Index row, column, rows, columns;

  /// Of a symmetric matrix: a tile on the diagonal, of which the lower triangle alone is formed.
  bool is_diagonal = false;

  /// The same tile of a matrix in which every entry is a block.
  Tile times(Index block) const { return {row * block, column * block, rows * block, columns * block, is_diagonal}; }
  /// First row of column j that is formed.
  Index first_row(Index j) const { return is_diagonal ? j : 0; }
};

enum class Coverage { whole, lower_triangle };

/// Tiles of about equal edges, none longer than `longest`, that cover rows x columns or, of a square
/// matrix, its lower triangle. They follow from the three sizes alone: bits depend on them.
std::vector<Tile> tiles_of(Index rows, Index columns, Index longest, Coverage coverage);

/// a^T b on a tile, the first entry at `out`, columns `stride` apart. On the diagonal by a symmetric
/// rank-k update, half the work, and `left` is `right`.
void inner_products(const Columns& left, const Columns& right, const Tile& tile, double* out, Index stride);

/// The upper triangle of a square matrix from the lower one, and the other way round.
void mirror_lower_triangle(Matrix& matrix);
void mirror_upper_triangle(Matrix& matrix);

/// a^T a (count x count) by tiles; symmetric to the bit.
Matrix gram_matrix(const Columns& a);

}  // namespace ntksweep
