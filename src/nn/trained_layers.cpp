#include "ntksweep/nn/trained_layers.hpp"

#include <algorithm>

#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

std::size_t first_trained_layer(const std::vector<LayerRule>& layers) {
  const auto trained = std::ranges::find_if(
      layers, [](const LayerRule& layer) { return layer.weight_rate != 0 || layer.bias_rate != 0; });
  return std::min(static_cast<std::size_t>(trained - layers.begin()), layers.size() - 1);
}

LayerExtents layer_extents(std::span<const LayerRule> layers) {
  LayerExtents largest{1, 1, 1};
  for (const auto& layer : layers) {
    largest.width = std::max(largest.width, layer.fan_out);
    if (layer.fan_out == 1) continue;
    largest.inputs = std::max(largest.inputs, layer.fan_in);
    largest.weights = std::max(largest.weights, layer.fan_in * layer.fan_out);
  }
  return largest;
}

LayerExtents trained_extents(const std::vector<LayerRule>& layers) {
  return layer_extents(std::span(layers).subspan(first_trained_layer(layers)));
}

Index panel_samples(LayerExtents largest, Index samples, std::size_t bytes_per_number) {
  constexpr Index cached_bytes = 512 * 1024;
  constexpr Index unpacked_product = 1000000;
  constexpr Index fewest_unpacked = 32;
  const auto bytes = static_cast<Index>(bytes_per_number);
  const Index fitting = cached_bytes / (largest.width * bytes);
  const Index unpacked = unpacked_product / largest.weights;
  const Index most = unpacked >= fewest_unpacked ? std::clamp(fitting, fewest_unpacked, unpacked)
                                                 : std::max({1024 / bytes, largest.inputs, fitting});
  const Index panels = (samples + most - 1) / most;
  return (samples + panels - 1) / panels;
}

template <class S>
MatrixOf<S> frozen_features(const Network<S>& network, const MatrixOf<S>& x) {
  const std::size_t first = first_trained_layer(network.layers);
  if (first == 0) return {};
  const Index width = network.layers[first].fan_in;
  MatrixOf<S> features(width, x.cols());
  const Index panel = panel_samples(layer_extents(std::span(network.layers).first(first)), x.cols(), sizeof(S));
  Activity<S> activity;
  for (Index start = 0; start < x.cols(); start += panel) {
    const Index count = std::min(panel, x.cols() - start);
    forward(network, MatrixOf<S>(x.middleCols(start, count)), activity);
    features.middleCols(start, count) = activity.hidden[first - 1];
  }
  return features;
}

template MatrixOf<double> frozen_features(const Network<double>&, const MatrixOf<double>&);
template MatrixOf<float> frozen_features(const Network<float>&, const MatrixOf<float>&);

}  // namespace ntksweep
