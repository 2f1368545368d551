#include "ntksweep/nn/backward_pass.hpp"

#include <algorithm>

#include "descend.hpp"

namespace ntksweep {

namespace {

std::size_t first_trained_layer(const std::vector<LayerRule>& layers) {
  const auto trained = std::ranges::find_if(
      layers, [](const LayerRule& layer) { return layer.weight_rate != 0 || layer.bias_rate != 0; });
  return static_cast<std::size_t>(trained - layers.begin());
}

template <class S>
void gather_columns(const MatrixOf<S>& from, std::span<const std::int64_t> columns, MatrixOf<S>& to) {
  for (std::size_t i = 0; i < columns.size(); ++i) to.col(static_cast<Index>(i)) = from.col(columns[i]);
}

}  // namespace

template <class S>
BackwardPass<S>::BackwardPass(const Network<S>& network, const MatrixOf<S>& x, const MatrixOf<S>& y,
                              const TrainingRules& rules)
    : network_(network),
      x_(x),
      y_(y),
      loss_(loss_row(rules.loss)),
      alpha_(static_cast<S>(rules.output_scale)),
      plain_(rules.output_scale == 1 && rules.centre == OutputCentre::none),
      first_trained_(first_trained_layer(network.layers)),
      ones_(VectorOf<S>::Ones(x.cols())) {
  const auto& layers = network.layers;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const bool needed = l >= first_trained_ || l + 1 == layers.size();
    signal_.emplace_back(needed ? layers[l].fan_out : 0, needed ? x.cols() : 0);
  }
  forward(network_, x_, activity_);
  if (rules.centre == OutputCentre::initial) centre_ = activity_.output;
  if (!plain_) model_output_.resize(y.rows(), y.cols());
}

template <class S>
double BackwardPass<S>::evaluate() {
  forward(network_, x_, activity_, first_trained_);
  if (plain_) return ntksweep::evaluate(loss_, activity_.output, y_, signal_.back());
  model_output_ = activity_.output;
  if (centre_.size() > 0) model_output_ -= centre_;
  model_output_ *= alpha_;
  const double loss = ntksweep::evaluate(loss_, model_output_, y_, signal_.back());
  signal_.back() *= S(1) / alpha_;
  return loss;
}

template <class S>
void BackwardPass<S>::descend(std::size_t l) {
  ntksweep::descend(network_.layers[l].scale, network_.weights[l], signal_[l], activity_.slope[l - 1], signal_[l - 1]);
}

template <class S>
void BackwardPass<S>::gather(const BackwardPass& all, std::span<const std::int64_t> samples) {
  if (centre_.size() > 0) gather_columns(all.centre_, samples, centre_);
  if (first_trained_ > 0 && first_trained_ < network_.layers.size()) {
    gather_columns(all.activity_.hidden[first_trained_ - 1], samples, activity_.hidden[first_trained_ - 1]);
  }
}

template class BackwardPass<double>;
template class BackwardPass<float>;

}  // namespace ntksweep
