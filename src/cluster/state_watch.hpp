#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "compute_thread.hpp"

namespace ntksweep {

/// A letter holds less than 2 GiB; a cell with a larger state is not saved.
constexpr std::size_t largest_state = 2'000'000'000;

/// Asks the thread that computes for the state of its cell: once a second, or less often where states are so large that
/// making them would take more than a fiftieth of the time; and once more when the run is to end. So there is always
/// one of the last step boundary or of a moment ago. Now and then one is due to be brought to rank zero.
class StateWatch {
 public:
  /// A state is due every `interval_s` seconds, none where that is 0. `compute` must outlive this object.
  StateWatch(ComputeThread& compute, double interval_s);

  /// To be called now and then. The newest state, when one is due.
  std::optional<CellState> look();

  /// Nothing new is begun, and the state is asked for a last time.
  void end();

  /// Whether the answer to `end` is there, or it is not worth waiting any longer.
  bool is_ready() const;

  /// All results that are in, the state of the cell at work if there is one, and Saved.
  std::vector<Result> last_results();

 private:
  std::optional<CellState> take_state();

  using Clock = std::chrono::steady_clock;
  ComputeThread& compute_;
  Clock::duration interval_, between_questions_;
  Clock::time_point asked_ = Clock::now(), handed_in_ = asked_;
  bool is_ending_ = false;
};

}  // namespace ntksweep
