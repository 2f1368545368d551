#include <fmt/format.h>

#include <chrono>

#include "backoff.hpp"
#include "compute_thread.hpp"
#include "holding.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "postbox.hpp"

namespace ntksweep {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rank_zero = 0;
constexpr auto idle_interval = 100ms;

/// The main thread of rank zero. Its own compute thread is served like any other rank.
class Coordinator {
 public:
  Coordinator(const Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run, const CoordinatorEvents& events)
      : cluster_(cluster),
        dispatcher_(dispatcher),
        events_(events),
        holdings_(static_cast<std::size_t>(cluster.size())),
        busy_s_(static_cast<std::size_t>(cluster.size()), 0.0),
        compute_(run) {}

  WorkerTimes coordinate() {
    give_first();
    Backoff backoff(1ms);
    while (tasks_out_ > 0) {
      if (exchange()) backoff.reset();
      call_idle_when_due();
      if (tasks_out_ > 0) compute_.wait(backoff.next(longest_wait()));
    }
    stop_all();
    return {busy_s_};
  }

 private:
  /// Everybody one task before anybody gets two.
  void give_first() {
    for (int rank = 0; rank < cluster_.size(); ++rank) {
      if (auto task = dispatcher_.next()) give(rank, {hold(rank, std::move(*task))});
    }
    for (int rank = 0; rank < cluster_.size(); ++rank) top_up(rank);
  }

  void top_up(int rank) {
    std::vector<Task> tasks;
    while (holdings_[index(rank)].wants_more(dispatcher_.seconds_left() / cluster_.size())) {
      auto task = dispatcher_.next();
      if (!task) break;
      tasks.push_back(hold(rank, std::move(*task)));
    }
    if (!tasks.empty()) give(rank, std::move(tasks));
  }

  Task hold(int rank, Task task) {
    holdings_[index(rank)].add(task.predicted_s);
    ++tasks_out_;
    return task;
  }

  void give(int rank, std::vector<Task> tasks) {
    if (rank != rank_zero) return postbox_.send(rank, Tag::tasks, encode_tasks(tasks));
    for (Task& task : tasks) compute_.push(std::move(task));
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
    top_up(rank);
    return true;
  }

  void accept(int rank, Record&& record) {
    const bool computed = record.status != Status::failed && record.status != Status::skipped;
    const double training_s = computed ? record.training_s : 0.0;
    const double other_s = computed ? record.wall_time_s - record.training_s : 0.0;
    dispatcher_.finished(record.cell, training_s, other_s);
    events_.record(std::move(record), rank, cluster_.host_of(rank));
  }

  void accept(int rank, TaskDone&& done) {
    holdings_[index(rank)].remove_first();
    busy_s_[index(rank)] += done.busy_s;
    --tasks_out_;
  }

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

  static std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

  const Cluster& cluster_;
  Dispatcher& dispatcher_;
  const CoordinatorEvents& events_;
  std::vector<Holding> holdings_;
  std::vector<double> busy_s_;
  std::size_t tasks_out_ = 0;
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
