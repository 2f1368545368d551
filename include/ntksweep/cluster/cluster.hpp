#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// MPI, started and ended. One process without a launcher is a cluster of one.
/// All calls come from the main thread (MPI_THREAD_FUNNELED).
class Cluster {
 public:
  Cluster(int& argc, char**& argv);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  int ranks_on_this_node() const { return node_size_; }
  const std::string& host() const { return host_; }

  /// Every rank gets rank zero's bytes. Any length.
  std::vector<std::byte> broadcast(std::vector<std::byte> bytes) const;

  /// Ends all ranks at once with this exit code.
  [[noreturn]] void abort(int exit_code) const;

 private:
  int rank_ = 0, size_ = 1, node_size_ = 1;
  std::string host_;
};

/// Runs the cells of one task and hands over each record; called on a thread of its own that makes
/// no MPI call.
using TaskFunction = std::function<void(const Task& task, const std::function<void(Record&&)>& commit)>;

/// What rank zero does with what comes in.
struct CoordinatorEvents {
  std::function<void(Record&& record, int rank, const std::string& host)> record;
  std::function<void()> idle;  ///< at least a few times a second: commit, progress
};

/// Busy core seconds per rank, for the idle share.
struct WorkerTimes {
  std::vector<double> busy_s;
};

/// Rank zero: gives out tasks until none are left and every record is in; computes too.
WorkerTimes coordinate(Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run, const CoordinatorEvents& events);

/// All other ranks: take tasks until told to stop.
void work(Cluster& cluster, const TaskFunction& run);

}  // namespace ntksweep
