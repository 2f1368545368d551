#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/holding.hpp"

namespace ntksweep {

/// Tasks for one rank, to be run in this order after those that it already has.
struct Grant {
  int rank;
  std::vector<Task> tasks;
};

/// Which rank gets which tasks, and when: every decision of rank zero, apart from letters, clock and file. It is told
/// what comes in and answers with what goes out, so a real run and one in virtual time decide alike.
class Allotment {
 public:
  /// `dispatcher` must outlive this object.
  Allotment(Dispatcher& dispatcher, int ranks);

  /// The first grants: everybody gets one task before anybody gets two.
  std::vector<Grant> start();

  /// A cell that some rank was given is through. Both times zero (a failed cell): nothing to learn.
  void cell_finished(std::uint64_t cell, double training_s, double other_s);

  /// The first of the tasks that the rank has is through, all its cells before it; it took `busy_s`.
  void task_finished(int rank, double busy_s);

  /// What there is to give after the rank's news.
  std::vector<Grant> refill(int rank);

  /// Whether every task that was given out is through; after `start` and the refills the grid is then done.
  bool done() const { return tasks_out_ == 0; }

  /// Seconds in finished tasks, by rank.
  const std::vector<double>& busy_s() const { return busy_s_; }

 private:
  Task hold(int rank, Task task);
  void top_up(int rank, std::vector<Grant>& grants);

  Dispatcher& dispatcher_;
  std::vector<Holding> holdings_;  ///< by rank
  std::vector<double> busy_s_;     ///< by rank
  std::size_t tasks_out_ = 0;
};

}  // namespace ntksweep
