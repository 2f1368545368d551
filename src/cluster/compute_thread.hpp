#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "messages.hpp"
#include "ntksweep/cluster/cluster.hpp"

namespace ntksweep {

/// The thread of a rank that computes, so that the main thread stays free for MPI and files.
/// Tasks go in, results come out, both in order; the thread makes no MPI call. An exception out of
/// the task function becomes a Failure, and the thread takes no further task.
class ComputeThread {
 public:
  explicit ComputeThread(TaskFunction run);
  ComputeThread(const ComputeThread&) = delete;
  ComputeThread& operator=(const ComputeThread&) = delete;

  /// Joins the thread if it is between tasks. One in the middle of a task is left behind (a cell can
  /// take hours): its results are dropped, and the process has to end without waiting for it.
  ~ComputeThread();

  void push(Task task);

  /// Begins no task that waits. One that runs goes on.
  void drop_waiting();

  /// For the state of the cell at work.
  StateSlot& slot();

  /// True while there is a task that runs or waits.
  bool busy() const;

  /// What the tasks take by prediction that wait for another one to end; nothing where none does.
  std::optional<double> waiting_s() const;

  /// All results since the last call, without waiting.
  std::vector<Result> take();

  /// Returns when there is nothing to do after the task at work, and when it has results then; or when one failed; at
  /// the latest after `longest`. Looking at once lets tasks come in before the thread runs dry.
  void wait(std::chrono::microseconds longest) const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with the thread, which may outlive this object
};

}  // namespace ntksweep
