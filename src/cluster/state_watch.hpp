#pragma once

#include <chrono>
#include <vector>

#include "compute_thread.hpp"

namespace ntksweep {

/// Asks the thread that computes for the state of its cell: once a second, so that there is always one of the last step
/// boundary or at most a second old, and once more when the run is to end.
class StateWatch {
 public:
  /// `compute` must outlive this object.
  explicit StateWatch(ComputeThread& compute) : compute_(compute) {}

  /// To be called now and then.
  void look();

  /// Nothing new is begun, and the state is asked for a last time.
  void end();

  /// Whether the answer to `end` is there, or it is not worth waiting any longer.
  bool is_ready() const;

  /// All results that are in, the state of the cell at work if there is one, and Saved.
  std::vector<Result> last_results();

 private:
  using Clock = std::chrono::steady_clock;
  ComputeThread& compute_;
  Clock::time_point asked_ = Clock::now();
  bool is_ending_ = false;
};

}  // namespace ntksweep
