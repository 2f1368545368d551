#include <fmt/format.h>

#include <chrono>

#include "backoff.hpp"
#include "compute_thread.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/sweep/allotment.hpp"
#include "postbox.hpp"

namespace ntksweep {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rank_zero = 0;
constexpr auto idle_interval = 100ms;

/// The main thread of rank zero: carries letters between the ranks and what decides. Its own compute thread is served
/// like any other rank.
class Coordinator {
 public:
  Coordinator(const Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run, const CoordinatorEvents& events)
      : cluster_(cluster), allotment_(dispatcher), events_(events), compute_(cluster.on_cores_of_team(run)) {}

  WorkerTimes coordinate() {
    give(allotment_.start());
    Backoff backoff(1ms);
    while (!allotment_.done()) {
      if (exchange()) backoff.reset();
      call_idle_when_due();
      if (!allotment_.done()) compute_.wait(backoff.next(longest_wait()));
    }
    stop_all();
    return {allotment_.busy_s()};
  }

 private:
  void give(std::vector<Grant> grants) {
    for (Grant& grant : grants) {
      if (grant.rank != rank_zero) {
        postbox_.send(grant.rank, Tag::tasks, encode_tasks(grant.tasks));
      } else {
        for (Task& task : grant.tasks) compute_.push(std::move(task));
      }
    }
  }

  /// Takes in all results; true if there were any.
  bool exchange() {
    bool moved = receive(rank_zero, compute_.take());
    while (const auto letter = postbox_.receive()) {
      moved = receive(letter->rank, decode_results(letter->bytes)) || moved;
      call_idle_when_due();
    }
    return moved;
  }

  bool receive(int rank, std::vector<Result> results) {
    if (results.empty()) return false;
    for (Result& result : results) {
      std::visit([this, rank](auto& part) { accept(rank, std::move(part)); }, result);
    }
    give(allotment_.refill(rank));
    return true;
  }

  void accept(int rank, Record&& record) {
    const bool computed = record.status != Status::failed && record.status != Status::skipped;
    const double training_s = computed ? record.training_s : 0.0;
    const double other_s = computed ? record.wall_time_s - record.training_s : 0.0;
    allotment_.cell_finished(record.cell, training_s, other_s);
    events_.record(std::move(record), rank, cluster_.host_of(rank));
  }

  void accept(int rank, TaskDone&& done) { allotment_.task_finished(rank, done.busy_s); }

  void accept(int rank, Failure&& failure) {
    throw_failure(failure, fmt::format("rank {} on {}", rank, cluster_.host_of(rank)));
  }

  void stop_all() {
    for (int rank = 1; rank < cluster_.size(); ++rank) postbox_.send(rank, Tag::stop, {});
    for (Backoff backoff(1ms); !postbox_.all_sent();) compute_.wait(backoff.next(10ms));
  }

  void call_idle_when_due() {
    if (const auto now = Clock::now(); now - last_idle_ >= idle_interval) {
      last_idle_ = now;
      events_.idle();
    }
  }

  /// Own results end the wait by themselves; letters do not.
  std::chrono::microseconds longest_wait() {
    if (cluster_.size() == 1) return idle_interval;
    return postbox_.all_sent() ? 10ms : 1ms;
  }

  const Cluster& cluster_;
  Allotment allotment_;
  const CoordinatorEvents& events_;
  Clock::time_point last_idle_ = Clock::now();
  Postbox postbox_;
  ComputeThread compute_;
};

}  // namespace

WorkerTimes coordinate(Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run,
                       const CoordinatorEvents& events) {
  return Coordinator(cluster, dispatcher, run, events).coordinate();
}

}  // namespace ntksweep
