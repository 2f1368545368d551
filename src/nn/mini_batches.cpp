#include "ntksweep/nn/mini_batches.hpp"

#include <cmath>

#include "ntksweep/core/random.hpp"

namespace ntksweep {

std::vector<std::int64_t> epoch_order(std::uint64_t seed_batch, std::int64_t epoch, std::int64_t n) {
  return RandomStream(Stream::batches, seed_batch, static_cast<std::uint64_t>(epoch)).permutation(n);
}

template <class S>
MiniBatchDescent<S>::Batch::Batch(const Network<S>& network, Index samples, Index outputs, const TrainingRules& rules)
    : x(MatrixOf<S>::Zero(network.layers.front().fan_in, samples)),
      y(MatrixOf<S>::Zero(outputs, samples)),
      pass(network, x, y, rules) {}

template <class S>
MiniBatchDescent<S>::MiniBatchDescent(Network<S>& network, const MatrixOf<S>& x, const MatrixOf<S>& y,
                                      const TrainingRules& rules)
    : x_(x),
      y_(y),
      seed_(rules.seed_batch),
      all_(network, x, y, rules),
      batch_(network, rules.batch, y.rows(), rules),
      last_(network, (x.cols() - 1) % rules.batch + 1, y.rows(), rules),
      update_(network, rules) {}

template <class S>
typename MiniBatchDescent<S>::Batch& MiniBatchDescent<S>::next_batch() {
  const std::int64_t n = x_.cols();
  if (position_ == 0) order_ = epoch_order(seed_, epoch_, n);
  Batch& batch = n - position_ <= last_.x.cols() ? last_ : batch_;
  const std::span samples(order_.data() + position_, static_cast<std::size_t>(batch.x.cols()));
  for (Index i = 0; i < batch.x.cols(); ++i) {
    const std::int64_t sample = samples[static_cast<std::size_t>(i)];
    batch.x.col(i) = x_.col(sample);
    batch.y.col(i) = y_.col(sample);
  }
  batch.pass.gather(all_, samples);
  return batch;
}

template <class S>
double MiniBatchDescent<S>::step(double eta) {
  Batch& batch = next_batch();
  const double loss = batch.pass.evaluate();
  if (!std::isfinite(loss)) return loss;
  update_.step(batch.pass, eta);
  position_ += batch.x.cols();
  if (position_ == x_.cols()) {
    position_ = 0;
    ++epoch_;
  }
  return loss;
}

template class MiniBatchDescent<double>;
template class MiniBatchDescent<float>;

}  // namespace ntksweep
