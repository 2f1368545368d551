#include "ntksweep/nn/loss_gradient.hpp"

#include <algorithm>

#include "blas.hpp"
#include "rectified_layer.hpp"

namespace ntksweep {

namespace {

/// Leading dimensions that are multiples of large powers of two map a row of a matrix to few sets of
/// the cache, and products that write it lose up to a fifth of their speed.
template <class S>
Index padded(Index rows) {
  constexpr Index line = 64 / sizeof(S);
  return rows % (8 * line) == 0 ? rows + line : rows;
}

/// phi(z) / z for z <= 0 where it is 1 above 0, which tells them apart unless it is negative; else -1.
template <class S>
S rectified_leak(const Network<S>& network) {
  const auto leak = network.activation->leak;
  return leak == nullptr ? S(-1) : static_cast<S>(leak(network.leaky_slope));
}

/// The one output of the last layer.
template <class S>
ReadoutOf<S> readout(const Network<S>& network) {
  const auto& layer = network.layers.back();
  const S offset = layer.has_bias ? static_cast<S>(layer.bias_scale) * network.biases.back()(0) : S(0);
  return {network.weights.back().data(), static_cast<S>(layer.scale), offset};
}

/// below <- (s w^T D) o slope for one output, an outer product: a single pass over the result.
template <class S>
void descend_from_one_output(S scale, const MatrixOf<S>& weights, const Eigen::Ref<const MatrixOf<S>>& signal,
                             const MatrixOf<S>& slope, Eigen::Ref<MatrixOf<S>> below) {
  const Eigen::Map<const VectorOf<S>> w(weights.data(), weights.size());
  for (Index i = 0; i < below.cols(); ++i) {
    below.col(i) = (scale * signal(0, i)) * w.cwiseProduct(slope.col(i).head(w.size()));
  }
}

/// With the padding of its columns.
template <class S>
std::span<S> entries(Eigen::Ref<MatrixOf<S>> view) {
  return {view.data(), static_cast<std::size_t>(view.outerStride() * view.cols())};
}

}  // namespace

template <class S>
LossGradient<S>::LossGradient(const Network<S>& network, const LayerSamples<S>& samples, const TrainingRules& rules)
    : network_(network),
      input_(samples.input),
      target_(samples.target),
      start_(samples.start),
      loss_(loss_row(rules.loss)),
      alpha_(static_cast<S>(rules.output_scale)),
      plain_(rules.output_scale == 1 && rules.centre == OutputCentre::none),
      first_(first_trained_layer(network.layers)),
      last_(network.layers.size() - 1),
      width_(samples.panel > 0 ? samples.panel
                               : panel_samples(trained_extents(network.layers), samples.input.cols(), sizeof(S))),
      is_fused_(first_ < last_ && network.layers.back().fan_out == 1 && rectified_leak(network) >= S(0)) {
  make_buffers();
  if (rules.centre == OutputCentre::initial) {
    evaluate(Wanted::loss);
    centre_ = output_;
  }
}

template <class S>
void LossGradient<S>::make_buffers() {
  const auto& layers = network_.layers;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const bool is_trained = l >= first_;
    gradient_.weights.emplace_back(is_trained ? layers[l].fan_out : 0, is_trained ? layers[l].fan_in : 0);
    gradient_.biases.emplace_back(is_trained && layers[l].has_bias ? layers[l].fan_out : 0);
    if (l == last_) break;
    const bool is_own = is_trained && !is_dual(l);
    const bool needs_slope = is_trained && !(is_fused_ && l + 1 == last_);
    const Index rows = is_own ? padded<S>(layers[l].fan_out) : layers[l].fan_out;
    hidden_.push_back(MatrixOf<S>::Zero(is_own ? rows : 0, is_own ? width_ : 0));
    slope_.push_back(MatrixOf<S>::Zero(needs_slope ? rows : 0, needs_slope ? width_ : 0));
  }
  ones_ = VectorOf<S>::Ones(width_);
  signal_.resize(layers.back().fan_out, input_.cols());
  output_.resize(signal_.rows(), signal_.cols());
  if (!plain_) model_output_.resize(signal_.rows(), signal_.cols());
}

template <class S>
typename LossGradient<S>::ConstView LossGradient<S>::input(std::size_t l, Panel panel) const {
  if (l == first_) return input_.middleCols(panel.start, panel.count);
  if (is_dual(l - 1)) return gradient_.weights[first_].middleCols(panel.start, panel.count);
  return hidden_[l - 1].topLeftCorner(network_.layers[l].fan_in, panel.count);
}

template <class S>
typename LossGradient<S>::View LossGradient<S>::hidden(std::size_t l, Panel panel) {
  if (is_dual(l)) return gradient_.weights[first_].middleCols(panel.start, panel.count);
  return hidden_[l].topLeftCorner(network_.layers[l].fan_out, panel.count);
}

template <class S>
typename LossGradient<S>::View LossGradient<S>::signal(std::size_t l, Panel panel) {
  return l == last_ ? View(signal_.middleCols(panel.start, panel.count)) : hidden(l, panel);
}

template <class S>
double LossGradient<S>::evaluate(Wanted wanted) {
  double sum = 0;
  for (Index start = 0; start < samples(); start += width_) {
    const Panel panel{start, std::min(width_, samples() - start)};
    propagate(panel);
    sum += compare(panel);
    if (wanted == Wanted::loss_and_gradient) descend(panel);
  }
  return sum / static_cast<double>(samples());
}

template <class S>
void LossGradient<S>::affine(std::size_t l, Panel panel, View z) const {
  const auto& layer = network_.layers[l];
  const S beta = static_cast<S>(layer.bias_scale);
  if (is_dual(l)) {
    z = start_->middleCols(panel.start, panel.count);
    for (Index i = 0; layer.has_bias && i < z.cols(); ++i) z.col(i) += beta * network_.biases[l];
  } else if (layer.has_bias) {
    for (Index i = 0; i < z.cols(); ++i) z.col(i) = beta * network_.biases[l];
  }
  blas::multiply(static_cast<S>(layer.scale), blas::plain(network_.weights[l]), blas::plain(input(l, panel)),
                 layer.has_bias || is_dual(l) ? S(1) : S(0), z);
}

template <class S>
void LossGradient<S>::propagate(Panel panel) {
  for (std::size_t l = first_; l < last_; ++l) {
    affine(l, panel, hidden(l, panel));
    if (is_fused_ && l + 1 == last_) break;
    apply(*network_.activation, entries<S>(hidden(l, panel)), entries<S>(slope_[l].leftCols(panel.count)),
          network_.leaky_slope);
  }
  View f = output_.middleCols(panel.start, panel.count);
  if (!is_fused_) return affine(last_, panel, f);
  View h = hidden(last_ - 1, panel);
  rectify_and_project({h.rows(), h.cols(), h.outerStride()}, rectified_leak(network_), h.data(), readout(network_),
                      f.data());
}

template <class S>
double LossGradient<S>::compare(Panel panel) {
  const ConstView y = target_.middleCols(panel.start, panel.count);
  const View f = output_.middleCols(panel.start, panel.count);
  View l = signal(last_, panel);
  if (plain_) return sum_loss(loss_, f, y, l);
  View model = model_output_.middleCols(panel.start, panel.count);
  model = f;
  if (centre_.size() > 0) model -= centre_.middleCols(panel.start, panel.count);
  model *= alpha_;
  const double sum = sum_loss(loss_, model, y, l);
  l *= S(1) / alpha_;
  return sum;
}

template <class S>
void LossGradient<S>::add_bias_gradient(std::size_t l, Panel panel) {
  if (!network_.layers[l].has_bias) return;
  blas::multiply(S(1), blas::plain(signal(l, panel)), blas::plain(ones_.head(panel.count)),
                 panel.start == 0 ? S(0) : S(1), gradient_.biases[l]);
}

template <class S>
void LossGradient<S>::add_gradient(std::size_t l, Panel panel) {
  if (is_dual(l)) {
    if (l == last_) gradient_.weights[l].middleCols(panel.start, panel.count) = signal(l, panel);
    return;
  }
  blas::multiply(S(1), blas::plain(signal(l, panel)), blas::transposed(input(l, panel)), panel.start == 0 ? S(0) : S(1),
                 gradient_.weights[l]);
}

/// The last two steps down in one pass.
template <class S>
void LossGradient<S>::descend_from_rectified(Panel panel) {
  View h = hidden(last_ - 1, panel);
  if (panel.start == 0) gradient_.weights[last_].setZero();
  rectified_signal({h.rows(), h.cols(), h.outerStride()}, rectified_leak(network_), h.data(), readout(network_),
                   signal(last_, panel).data(), gradient_.weights[last_].data());
}

/// D_{l-1} = (s W_l^T D_l) o phi'(z_{l-1}) takes the place of h_{l-1}, which the gradient of W_l was the
/// last to need.
template <class S>
void LossGradient<S>::descend(Panel panel) {
  for (std::size_t l = last_; l > first_; --l) {
    add_bias_gradient(l, panel);
    if (is_fused_ && l == last_) {
      descend_from_rectified(panel);
      continue;
    }
    add_gradient(l, panel);
    View below = hidden(l - 1, panel);
    const S scale = static_cast<S>(network_.layers[l].scale);
    if (network_.layers[l].fan_out == 1) {
      descend_from_one_output<S>(scale, network_.weights[l], signal(l, panel), slope_[l - 1], below);
      continue;
    }
    blas::multiply(scale, blas::transposed(network_.weights[l]), blas::plain(signal(l, panel)), S(0), below);
    below.array() *= slope_[l - 1].topLeftCorner(below.rows(), below.cols()).array();
  }
  add_bias_gradient(first_, panel);
  add_gradient(first_, panel);
}

template <class S>
void LossGradient<S>::take_centre(const LossGradient& all, std::span<const std::int64_t> samples) {
  if (centre_.size() == 0) return;
  for (std::size_t i = 0; i < samples.size(); ++i) centre_.col(static_cast<Index>(i)) = all.centre_.col(samples[i]);
}

template class LossGradient<double>;
template class LossGradient<float>;

}  // namespace ntksweep
