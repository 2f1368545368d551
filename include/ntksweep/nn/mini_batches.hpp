#pragma once

#include <cstdint>
#include <vector>

#include "ntksweep/nn/loss_gradient.hpp"
#include "ntksweep/nn/parameter_update.hpp"

namespace ntksweep {

/// The order in which epoch `epoch` (from 0) goes through n samples: a permutation that depends on
/// nothing else. Mini-batch k of B is entries k B to (k + 1) B; the last one may be smaller.
std::vector<std::int64_t> epoch_order(std::uint64_t seed_batch, std::int64_t epoch, std::int64_t n);

/// Stochastic gradient descent: every step follows the gradient of one mini-batch. Without
/// allocation after the first epoch but for the order of the next.
template <class Scalar>
class MiniBatchDescent {
 public:
  /// x: d x n, y: C x n, 0 < rules.batch < n. All must outlive this object.
  MiniBatchDescent(Network<Scalar>& network, const MatrixOf<Scalar>& x, const MatrixOf<Scalar>& y,
                   const TrainingRules& rules);
  MiniBatchDescent(const MiniBatchDescent&) = delete;  // members refer to each other
  MiniBatchDescent& operator=(const MiniBatchDescent&) = delete;

  /// Forward pass over all samples; returns their loss. The steps do not need it.
  double evaluate() { return all_.evaluate(LossGradient<Scalar>::Wanted::loss); }

  /// One step of size eta on the next mini-batch, whose loss it returns. Where that is not finite,
  /// the parameters stay.
  double step(double eta);

  /// Whether an epoch ends here (or none has begun).
  bool is_due() const { return position_ == 0; }

  /// F, C x n, of the last evaluate.
  const MatrixOf<Scalar>& output() const { return all_.output(); }

  /// The network is always up to date.
  void synchronise() {}

  /// What is left between two steps, and back.
  void save(ByteWriter& out) const;
  void restore(ByteReader& in);

 private:
  struct Batch {
    MatrixOf<Scalar> input, y;
    LossGradient<Scalar> gradient;

    Batch(const Network<Scalar>& network, Index samples, Index outputs, const TrainingRules& rules);
    Batch(const Batch&) = delete;  // the gradient refers to input and y
    Batch& operator=(const Batch&) = delete;
  };
  Batch& next_batch();

  MatrixOf<Scalar> features_;
  const MatrixOf<Scalar>& input_;  ///< of the first trained layer: the features, or x
  const MatrixOf<Scalar>& y_;
  std::uint64_t seed_;
  std::int64_t epoch_ = 0;
  std::int64_t position_ = 0;
  std::vector<std::int64_t> order_;
  LossGradient<Scalar> all_;
  Batch batch_;
  Batch last_;  ///< the one that ends the epoch
  ParameterUpdate<Scalar> update_;
};

extern template class MiniBatchDescent<double>;
extern template class MiniBatchDescent<float>;

}  // namespace ntksweep
