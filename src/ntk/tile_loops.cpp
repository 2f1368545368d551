#include "tile_loops.hpp"

#include <algorithm>

namespace ntksweep {

void set_tile(const Target& kernel, const Affine& a, const View& gram, const Tile& tile, Index block) {
  const Tile entries = tile.times(block);
  for (Index j = 0; j < entries.columns; ++j) {
    double* const out = kernel.column(j);
    const double* const in = gram.column(j / block);
    if (block > 1) std::fill(out + entries.first_row(j), out + entries.rows, 0.0);
    for (Index i = tile.first_row(j / block); i < tile.rows; ++i) out[i * block + j % block] = a(in[i]);
  }
}

void add_tile(const Target& kernel, const Affine& a, const View& gram, const View& delta, const Tile& tile,
              Index block) {
  const Tile entries = tile.times(block);
  for (Index j = 0; j < entries.columns; ++j) {
    double* const out = kernel.column(j);
    const double* const in = gram.column(j / block);
    const double* const factor = delta.column(j);
    const Index first = entries.first_row(j);
    if (block == 1) {
      for (Index i = first; i < entries.rows; ++i) out[i] += a(in[i]) * factor[i];
    } else {
      for (Index i = first; i < entries.rows; ++i) out[i] += a(in[i / block]) * factor[i];
    }
  }
}

}  // namespace ntksweep
