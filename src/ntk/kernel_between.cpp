#include "kernel_between.hpp"

#include <algorithm>
#include <utility>

#include "ntksweep/nn/large_matrix.hpp"
#include "ntksweep/nn/trained_layers.hpp"

namespace ntksweep {

namespace {

/// Rows of a tile of the kernel: two buffers of 2 MiB, and products near their best.
constexpr Index longest_edge = 512;

Affine input_factor(const LayerRule& layer) {
  return {layer.weight_rate * layer.scale * layer.scale, layer.bias_rate * layer.bias_scale * layer.bias_scale};
}

Index largest(const std::vector<Tile>& tiles) {
  Index size = 0;
  for (const Tile& tile : tiles) size = std::max(size, tile.rows * tile.columns);
  return size;
}

}  // namespace

KernelBetween::KernelBetween(const Network<double>& network, KernelSide& rows, KernelSide& columns, KernelKind kind,
                             const Matrix* input_gram)
    : network_(network),
      rows_(rows),
      columns_(columns),
      given_gram_(input_gram),
      depth_(network.layers.size() - 1),
      first_trained_(first_trained_layer(network.layers)),
      block_(kind == KernelKind::full ? network.layers.back().fan_out : 1),
      tiles_(tiles_of(rows.samples(), columns.samples(), std::max<Index>(1, longest_edge / block_),
                      is_symmetric() ? Coverage::lower_triangle : Coverage::whole)) {
  resize_large(kernel_, rows.samples() * block_, columns.samples() * block_);
  gram_.resize(largest(tiles_), 1);
  if (first_trained_ < depth_) delta_.resize(block_ * block_, largest(tiles_));
}

Matrix KernelBetween::form() && {
  set_readout();
  for (std::size_t l = depth_; l-- > first_trained_;) add_hidden(l);
  if (is_symmetric()) mirror_lower_triangle(kernel_);
  return std::move(kernel_);
}

Target KernelBetween::place(const Tile& tile) {
  const Tile entries = tile.times(block_);
  return {kernel_.data() + entries.row + entries.column * kernel_.rows(), kernel_.rows()};
}

/// Of what layer l gets: where it is at hand, or formed in the buffer.
View KernelBetween::input_gram(std::size_t l, const Tile& tile, const Target& buffer) const {
  if (l == 0 && given_gram_ != nullptr) {
    return {given_gram_->data() + tile.row + tile.column * given_gram_->rows(), given_gram_->rows()};
  }
  if (network_.layers[l].weight_rate == 0) {
    for (Index j = 0; j < tile.columns; ++j) std::fill_n(buffer.column(j), tile.rows, 0.0);
  } else {
    inner_products(rows_.input(l), columns_.input(l), tile, buffer.data, buffer.stride);
  }
  return buffer.view();
}

void KernelBetween::set_readout() {
  const Affine factor = input_factor(network_.layers[depth_]);
  for (const Tile& tile : tiles_) {
    const Target target = place(tile);
    // Of one row per sample, the Gram matrix is formed in its place.
    const Target buffer = block_ == 1 ? target : Target{gram_.data(), tile.rows};
    set_tile(target, factor, input_gram(depth_, tile, buffer), tile, block_);
  }
}

void KernelBetween::add_hidden(std::size_t l) {
  // Traced over several outputs, one matrix has their Gram in the last hidden layer, at the cost of one
  // output. It takes the slopes, of which the signals for the layers below are made first.
  const bool by_mean = block_ == 1 && l + 1 == depth_ && network_.layers.back().fan_out > 1;
  if (!by_mean || first_trained_ < l) descend_to(l);
  const auto signals = [&](KernelSide& side) {
    if (by_mean) return side.mean_signal();
    return block_ == 1 ? side.signals_stacked() : side.signals_apart();
  };
  const Columns left = signals(rows_);
  const Columns right = is_symmetric() ? left : signals(columns_);
  Affine factor = input_factor(network_.layers[l]);
  if (block_ == 1 && !by_mean) factor = factor.over(static_cast<double>(network_.layers.back().fan_out));
  for (const Tile& tile : tiles_) {
    const Tile entries = tile.times(block_);
    inner_products(left, right, entries, delta_.data(), entries.rows);
    const View gram = input_gram(l, tile, {gram_.data(), tile.rows});
    add_tile(place(tile), factor, gram, {delta_.data(), entries.rows}, tile, block_);
  }
}

void KernelBetween::descend_to(std::size_t l) {
  rows_.descend_to(l);
  if (!is_symmetric()) columns_.descend_to(l);
}

}  // namespace ntksweep
