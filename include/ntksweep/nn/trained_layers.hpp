#pragma once

#include <span>

#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// The first layer that is trained; the output layer where none is.
std::size_t first_trained_layer(const std::vector<LayerRule>& layers);

/// What the frozen layers below the first trained one make of inputs x (d x n): its inputs, width x n.
/// Empty where the first layer is trained.
template <class Scalar>
MatrixOf<Scalar> frozen_features(const Network<Scalar>& network, const MatrixOf<Scalar>& x);

/// The largest of some layers that samples pass through.
struct LayerExtents {
  Index width;    ///< neurons
  Index inputs;   ///< of the layer with the most of them, and
  Index weights;  ///< of that with the most of them: layers of one output aside, which multiply vectors
};

LayerExtents layer_extents(std::span<const LayerRule> layers);

/// Of the trained layers.
LayerExtents trained_extents(const std::vector<LayerRule>& layers);

/// Samples that pass through a network at a time, of `samples` in all. It decides bits, so it follows from
/// sizes and precision alone. Their activations shall stay in the cache (half a megabyte for a layer).
/// A product of up to 10^6 multiplications OpenBLAS forms on AVX-512 without packing its operands, by a
/// fifth faster: no more than that, where it leaves 32 samples. Larger layers take at least 128 samples
/// (float32: 256), and as many as they have inputs: with fewer, packing the weights once for each panel
/// would count beside the products.
Index panel_samples(LayerExtents largest, Index samples, std::size_t bytes_per_number);

extern template MatrixOf<double> frozen_features(const Network<double>&, const MatrixOf<double>&);
extern template MatrixOf<float> frozen_features(const Network<float>&, const MatrixOf<float>&);

}  // namespace ntksweep
