#include "ntksweep/nn/mini_batches.hpp"

#include <cmath>
#include <stdexcept>

#include "ntksweep/core/random.hpp"

namespace ntksweep {

std::vector<std::int64_t> epoch_order(std::uint64_t seed_batch, std::int64_t epoch, std::int64_t n) {
  return RandomStream(Stream::batches, seed_batch, static_cast<std::uint64_t>(epoch)).permutation(n);
}

template <class S>
MiniBatchDescent<S>::Batch::Batch(const Network<S>& network, Index samples, Index outputs, const TrainingRules& rules)
    : input(MatrixOf<S>::Zero(network.layers[first_trained_layer(network.layers)].fan_in, samples)),
      y(MatrixOf<S>::Zero(outputs, samples)),
      gradient(network, {input, y}, rules) {}

template <class S>
MiniBatchDescent<S>::MiniBatchDescent(Network<S>& network, const MatrixOf<S>& x, const MatrixOf<S>& y,
                                      const TrainingRules& rules)
    : features_(frozen_features(network, x)),
      input_(features_.size() > 0 ? features_ : x),
      y_(y),
      seed_(rules.seed_batch),
      all_(network, {input_, y}, rules),
      batch_(network, rules.batch, y.rows(), rules),
      last_(network, (x.cols() - 1) % rules.batch + 1, y.rows(), rules),
      update_(network, rules) {}

template <class S>
typename MiniBatchDescent<S>::Batch& MiniBatchDescent<S>::next_batch() {
  const std::int64_t n = input_.cols();
  if (position_ == 0) order_ = epoch_order(seed_, epoch_, n);
  Batch& batch = n - position_ <= last_.y.cols() ? last_ : batch_;
  const std::span samples(order_.data() + position_, static_cast<std::size_t>(batch.y.cols()));
  for (Index i = 0; i < batch.y.cols(); ++i) {
    const std::int64_t sample = samples[static_cast<std::size_t>(i)];
    batch.input.col(i) = input_.col(sample);
    batch.y.col(i) = y_.col(sample);
  }
  batch.gradient.take_centre(all_, samples);
  return batch;
}

template <class S>
double MiniBatchDescent<S>::step(double eta) {
  Batch& batch = next_batch();
  const double loss = batch.gradient.evaluate();
  if (!std::isfinite(loss)) return loss;
  update_.step(batch.gradient.gradient(), eta, batch.y.cols());
  position_ += batch.y.cols();
  if (position_ == input_.cols()) {
    position_ = 0;
    ++epoch_;
  }
  return loss;
}

template <class S>
void MiniBatchDescent<S>::save(ByteWriter& out) const {
  update_.save(out);
  out.put(epoch_);
  out.put(position_);
}

template <class S>
void MiniBatchDescent<S>::restore(ByteReader& in) {
  update_.restore(in);
  epoch_ = in.get<std::int64_t>();
  position_ = in.get<std::int64_t>();
  const bool begins_a_batch = position_ >= 0 && position_ < input_.cols() && position_ % batch_.y.cols() == 0;
  if (!begins_a_batch) throw std::logic_error("a state of no such batch");
  order_ = epoch_order(seed_, epoch_, input_.cols());
}

template class MiniBatchDescent<double>;
template class MiniBatchDescent<float>;

}  // namespace ntksweep
