#pragma once

#include <vector>

#include "pace.hpp"

namespace ntksweep {

/// Fills the values of one cell's record from snapshots of its training.
class CellRecorder {
 public:
  /// schedule: of the checkpoints. `monitor` may be null; all but the schedule must outlive this object.
  CellRecorder(const Job& job, const SharedParts& shared, const Pace& pace, std::vector<std::int64_t> schedule,
               LinearMonitor* monitor);

  /// Slot 0: the network at initialization, whose kernel is already known.
  void record_start();

  /// A scheduled checkpoint between the two ends.
  void record_checkpoint(std::size_t slot, std::int64_t step, const Network<double>& network);

  /// The last slot and the statistics that are taken once.
  void record_end(const TrainingOutcome& outcome, const Network<double>& network);

  /// What was recorded so far, with what the monitor saw, and back.
  void save(ByteWriter& out) const;
  void restore(ByteReader& in);

  std::vector<double> take_values() && { return std::move(values_); }

 private:
  struct Moment {
    std::size_t slot;
    std::int64_t step;
    bool has_kernel;
    TrainingOutcome outcome = {Status::pending, 0, -1};
  };
  struct Outputs {
    Matrix train, test;  ///< of the trained model
  };
  bool takes_kernels() const { return shared_.kernels.kind && shared_.kernels.looked_at; }
  void record(const Moment& moment, const Network<double>& network);
  Snapshot snapshot(std::int64_t step, const Network<double>& network, Outputs outputs);
  void measure(const Snapshot& snapshot, std::size_t slot);

  const SharedParts& shared_;
  RecordLayout layout_;
  std::int64_t kernel_every_;
  const Pace& pace_;
  LinearMonitor* monitor_;
  LinearisedCourse linearised_;
  std::vector<Look> history_;
  std::vector<double> values_;
};

}  // namespace ntksweep
