#pragma once

#include "kernel_tiles.hpp"

/// What a tile of a kernel goes through entry by entry. Of a tile on the diagonal the lower triangle
/// alone is read and written.
namespace ntksweep {

/// Part of a matrix: its first entry, and how far its columns are apart.
struct View {
  const double* data;
  Index stride;
  const double* column(Index j) const { return data + j * stride; }
};
struct Target {
  double* data;
  Index stride;
  double* column(Index j) const { return data + j * stride; }
  View view() const { return {data, stride}; }
};

/// c s^2 g + c_b beta^2 for an entry g of the Gram matrix of a layer's inputs.
struct Affine {
  double factor, offset;
  double operator()(double gram) const { return factor * gram + offset; }
  Affine over(double divisor) const { return {factor / divisor, offset / divisor}; }
};

/// kernel <- a(gram) (x) I: every entry of the tile becomes a block x block multiple of the identity.
/// With block = 1 kernel and gram may be the same.
void set_tile(const Target& kernel, const Affine& a, const View& gram, const Tile& tile, Index block);

/// kernel <- kernel + (a(gram) (x) 1) o delta: one gram entry for each block x block entries.
void add_tile(const Target& kernel, const Affine& a, const View& gram, const View& delta, const Tile& tile,
              Index block);

}  // namespace ntksweep
