#pragma once

#include "kernel_side.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "tile_loops.hpp"

namespace ntksweep {

/// The kernel between two sides, layer by layer from the outputs down and, in each layer, tile by tile.
/// Memory: the kernel, two tiles, and what the sides hold.
class KernelBetween {
 public:
  /// The same side twice for a symmetric kernel. `input_gram`: that of the inputs, or null. All must
  /// outlive it.
  KernelBetween(const Network<double>& network, KernelSide& rows, KernelSide& columns, KernelKind kind,
                const Matrix* input_gram);

  /// Once: it uses the sides up.
  Matrix form() &&;

 private:
  bool is_symmetric() const { return &rows_ == &columns_; }
  Target place(const Tile& tile);
  View input_gram(std::size_t l, const Tile& tile, const Target& buffer) const;
  void set_readout();
  void add_hidden(std::size_t l);
  void descend_to(std::size_t l);

  const Network<double>& network_;
  KernelSide& rows_;
  KernelSide& columns_;
  const Matrix* given_gram_;
  std::size_t depth_, first_trained_;
  Index block_;  ///< rows of the kernel for one sample
  std::vector<Tile> tiles_;
  Matrix kernel_, gram_, delta_;  ///< of one tile: gram_ and delta_
};

}  // namespace ntksweep
