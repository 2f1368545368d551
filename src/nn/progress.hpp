#pragma once

#include "ntksweep/nn/training.hpp"

namespace ntksweep {

/// What is known of a training run while it goes on.
class Progress {
 public:
  /// `data` must outlive this object.
  Progress(const Dataset& data, const TrainingRules& rules);

  /// Whether `look` still looks at outputs: with classes, until all are right.
  bool needs_output() const { return data_.kind != TargetKind::regression && outcome_.interpolation_step < 0; }

  /// Takes note of the loss and the outputs F (C x n, where needed) at `time`, in steps; what is between two steps
  /// counts as the later. The status is no longer pending where training ends.
  template <class Scalar>
  Status look(double time, double loss, const MatrixOf<Scalar>& output, const MatrixOf<Scalar>& target);

  const TrainingOutcome& outcome() const { return outcome_; }

  void save(ByteWriter& out) const;
  void restore(ByteReader& in);

 private:
  Status status_at(double time, double loss) const;

  const Dataset& data_;
  double max_steps_;
  double tolerance_;
  double bound_ = 0;  ///< a loss above this is divergence
  TrainingOutcome outcome_{Status::pending, 0, -1};
};

}  // namespace ntksweep
