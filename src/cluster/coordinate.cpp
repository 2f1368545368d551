#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "backoff.hpp"
#include "compute_thread.hpp"
#include "dry_soon.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/sweep/allotment.hpp"
#include "state_watch.hpp"
#include "stop_signals.hpp"
#include "task_clocks.hpp"
#include "workers.hpp"

namespace ntksweep {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rank_zero = 0;
constexpr auto idle_interval = 100ms;
constexpr auto longest_stop = 6s;  ///< that ranks are waited for
constexpr auto stop_interval = 5ms;
constexpr auto roll_interval = 1ms;
constexpr auto slow_look_interval = 5s;
/// While all ranks have tasks to go on with, letters can wait for this part of what is left per rank (they have a
/// tenth).
constexpr double look_share = 0.0125;

/// The main thread of rank zero: carries letters between the ranks and what decides. Its own compute thread is served
/// like any other rank.
class Coordinator {
 public:
  Coordinator(const Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run, const CoordinatorEvents& events)
      : cluster_(cluster),
        dispatcher_(dispatcher),
        allotment_(dispatcher),
        events_(events),
        dry_soon_(cluster.size()),
        task_clocks_(cluster.size()),
        workers_(cluster.size(), events.silence_limit_s),
        compute_(cluster.on_cores_of_team(run)),
        states_(compute_, events.state_interval_s) {}

  Coordinated coordinate() {
    give(allotment_.start());
    Backoff backoff(1ms);
    while (!allotment_.done() && stop_reason_.empty()) {
      look_for_stop();
      if (auto state = states_.look()) accept(rank_zero, std::move(*state));
      if (exchange()) backoff.reset();
      look_for_losses();
      look_for_slow_tasks();
      call_idle_when_due();
      if (!allotment_.done() && stop_reason_.empty()) compute_.wait(backoff.next(longest_wait()));
    }
    const Ended ended = allotment_.done() ? Ended::finished : Ended::stopped;
    ended == Ended::finished ? call_the_roll() : leave_cells();
    Coordinated result{allotment_.busy_s(), ended, ended == Ended::finished ? 0 : workers_.here() - saved_,
                       workers_.lost()};
    if (!result.needs_abort()) stop_all();
    return result;
  }

 private:
  void look_for_stop() {
    if (const auto signal = StopSignals::received()) stop_reason_ = strsignal(*signal);
    if (events_.stop_is_due && events_.stop_is_due()) stop_reason_ = "the time limit";
  }

  /// All ranks hand in what they have, and the state of the cell that each is at work on.
  void leave_cells() {
    if (events_.stopping) events_.stopping(stop_reason_);
    workers_.send_to_all(Tag::save);
    states_.end();
    for (const auto start = Clock::now(); saved_ < workers_.here() && Clock::now() - start < longest_stop;) {
      if (!own_saved_ && states_.is_ready()) {
        own_saved_ = true;
        receive(rank_zero, states_.last_results());
      }
      exchange();
      compute_.wait(stop_interval);
    }
  }

  /// All must be there for what ends MPI: a rank may have died with nothing to do.
  void call_the_roll() {
    workers_.ask();
    while (!workers_.all_answered()) {
      exchange();
      look_for_losses();
      call_idle_when_due();
      compute_.wait(roll_interval);
    }
  }

  void look_for_losses() {
    for (const int rank : workers_.missing()) {
      workers_.give_up(rank);
      dry_soon_.forget(rank);
      const LostRank loss{rank, workers_.silent_s(rank), allotment_.unfinished(rank)};
      if (events_.lost) {
        for (const std::uint64_t cell : events_.lost(loss)) allotment_.cell_finished(cell, 0, 0);
      }
      give(allotment_.lose(rank));
    }
  }

  void look_for_slow_tasks() {
    const auto now = Clock::now();
    if (!events_.slow || now - last_slow_look_ < slow_look_interval) return;
    last_slow_look_ = now;
    for (int rank = 0; rank < cluster_.size(); ++rank) {
      if (allotment_.tasks_of(rank) == 0) continue;
      const double predicted_s = allotment_.predicted_s(rank);
      if (!task_clocks_.is_overdue(rank, now, predicted_s)) continue;
      events_.slow({rank, allotment_.unfinished(rank), task_clocks_.elapsed_s(rank, now), predicted_s});
    }
  }

  void add_states(Task& task) const {
    std::size_t bytes = 0;
    for (const std::uint64_t cell : task.cells) {
      auto state = events_.state_of ? events_.state_of(cell) : std::nullopt;
      if (!state || bytes + state->bytes.size() > largest_state) continue;
      bytes += state->bytes.size();
      task.states.push_back(std::move(*state));
    }
  }

  /// A task with states goes in a letter of its own.
  void send(int rank, std::span<const Task> tasks) {
    const bool without = std::ranges::all_of(tasks, [](const Task& task) { return task.states.empty(); });
    const std::size_t together = without ? tasks.size() : 1;
    for (; !tasks.empty(); tasks = tasks.subspan(together)) {
      workers_.send(rank, Tag::tasks, encode_tasks(tasks.first(together)));
    }
  }

  void give(std::vector<Grant> grants) {
    for (Grant& grant : grants) {
      task_clocks_.give(grant.rank, Clock::now());
      for (Task& task : grant.tasks) add_states(task);
      if (grant.rank != rank_zero) {
        send(grant.rank, grant.tasks);
      } else {
        for (Task& task : grant.tasks) compute_.push(std::move(task));
      }
    }
  }

  /// Takes in all results; true if a rank is left that may run dry soon, so that its next news should be heard early.
  bool exchange() {
    bool urgent = receive(rank_zero, compute_.take());
    while (const auto letter = workers_.receive()) {
      if (letter->tag == Tag::results) urgent = receive(letter->rank, decode_results(letter->bytes)) || urgent;
      call_idle_when_due();
    }
    return urgent;
  }

  bool receive(int rank, std::vector<Result> results) {
    if (results.empty()) return false;
    for (Result& result : results) {
      std::visit([this, rank](auto& part) { accept(rank, std::move(part)); }, result);
    }
    if (!stop_reason_.empty()) return false;
    give(allotment_.refill(rank));
    return dry_soon_.note(rank, allotment_.tasks_of(rank));
  }

  void accept(int rank, Record&& record) {
    const bool computed = record.status != Status::failed && record.status != Status::skipped;
    const double training_s = computed ? record.training_s : 0.0;
    const double other_s = computed ? record.wall_time_s - record.training_s : 0.0;
    allotment_.cell_finished(record.cell, training_s, other_s);
    events_.record(std::move(record), rank, cluster_.host_of(rank));
  }

  void accept(int rank, TaskDone&& done) {
    allotment_.task_finished(rank, done.busy_s);
    task_clocks_.finish(rank, Clock::now(), allotment_.tasks_of(rank));
  }

  void accept(int rank, StopRequest&& request) {
    stop_reason_ = fmt::format("{} at rank {}", strsignal(request.signal), rank);
  }

  void accept(int, CellState&& state) {
    if (events_.state) events_.state(std::move(state));
  }

  void accept(int, Saved&&) { ++saved_; }

  void accept(int rank, Failure&& failure) {
    throw_failure(failure, fmt::format("rank {} on {}", rank, cluster_.host_of(rank)));
  }

  void stop_all() {
    workers_.send_to_all(Tag::stop);
    for (Backoff backoff(1ms); !workers_.all_sent();) compute_.wait(backoff.next(10ms));
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
    if (!workers_.all_sent()) return 1ms;
    if (dry_soon_.any()) return 10ms;
    const double seconds = std::clamp(look_share * dispatcher_.seconds_left() / cluster_.size(), 0.005, 0.025);
    return std::chrono::microseconds(static_cast<std::int64_t>(1e6 * seconds));
  }

  const Cluster& cluster_;
  const Dispatcher& dispatcher_;
  Allotment allotment_;
  const CoordinatorEvents& events_;
  DrySoon dry_soon_;
  TaskClocks task_clocks_;
  Workers workers_;
  Clock::time_point last_slow_look_ = Clock::now();
  Clock::time_point last_idle_ = Clock::now();
  std::string stop_reason_;  ///< empty while the run goes on
  int saved_ = 0;            ///< ranks that have handed in all
  bool own_saved_ = false;
  ComputeThread compute_;
  StateWatch states_;
};

}  // namespace

Coordinated coordinate(Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run,
                       const CoordinatorEvents& events) {
  return Coordinator(cluster, dispatcher, run, events).coordinate();
}

}  // namespace ntksweep
