#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <set>

#include "backoff.hpp"
#include "compute_thread.hpp"
#include "dry_soon.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/sweep/allotment.hpp"
#include "postbox.hpp"
#include "presence.hpp"
#include "state_watch.hpp"
#include "stop_signals.hpp"

namespace ntksweep {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rank_zero = 0;
constexpr auto idle_interval = 100ms;
constexpr auto longest_stop = 6s;  ///< that ranks are waited for
constexpr auto stop_interval = 5ms;
constexpr auto roll_interval = 1ms;
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
        presence_(cluster.size(), events.silence_limit_s, Clock::now()),
        beat_(events.silence_limit_s),
        compute_(cluster.on_cores_of_team(run)),
        states_(compute_, events.state_interval_s) {
    presence_.forget(rank_zero);
  }

  Coordinated coordinate() {
    give(allotment_.start());
    Backoff backoff(1ms);
    while (!allotment_.done() && stop_reason_.empty()) {
      look_for_stop();
      if (auto state = states_.look()) accept(rank_zero, std::move(*state));
      if (exchange()) backoff.reset();
      look_for_losses();
      call_idle_when_due();
      if (!allotment_.done() && stop_reason_.empty()) compute_.wait(backoff.next(longest_wait()));
    }
    const Ended ended = allotment_.done() ? Ended::finished : Ended::stopped;
    ended == Ended::finished ? call_the_roll() : leave_cells();
    Coordinated result{allotment_.busy_s(), ended, ended == Ended::finished ? 0 : ranks_here() - saved_, lost_};
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
    send_to_all(Tag::save);
    states_.end();
    for (const auto start = Clock::now(); saved_ < ranks_here() && Clock::now() - start < longest_stop;) {
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
    for (int rank = 1; rank < cluster_.size(); ++rank) {
      if (!allotment_.is_lost(rank)) unanswered_.insert(rank);
    }
    send_to_all(Tag::roll);
    while (!unanswered_.empty()) {
      exchange();
      look_for_losses();
      call_idle_when_due();
      compute_.wait(roll_interval);
    }
  }

  void look_for_losses() {
    const auto now = Clock::now();
    presence_.looked(now);
    for (const int rank : postbox_.take_unreachable()) lose(rank);
    for (const int rank : presence_.missing()) lose(rank);
    if (beat_.is_due(now)) send_to_all(Tag::alive);
  }

  void lose(int rank) {
    if (allotment_.is_lost(rank)) return;
    lost_.push_back(rank);
    unanswered_.erase(rank);
    presence_.forget(rank);
    postbox_.send(rank, Tag::leave, {});
    postbox_.give_up(rank);
    dry_soon_.forget(rank);
    const LostRank loss{rank, presence_.silent_s(rank), allotment_.unfinished(rank)};
    if (events_.lost) {
      for (const std::uint64_t cell : events_.lost(loss)) allotment_.cell_finished(cell, 0, 0);
    }
    give(allotment_.lose(rank));
  }

  int ranks_here() const { return cluster_.size() - static_cast<int>(lost_.size()); }

  void send_to_all(Tag tag) {
    for (int rank = 1; rank < cluster_.size(); ++rank) {
      if (!allotment_.is_lost(rank)) postbox_.send(rank, tag, {});
    }
  }

  void add_states(Task& task) const {
    for (const std::uint64_t cell : task.cells) {
      auto state = events_.state_of ? events_.state_of(cell) : std::nullopt;
      if (state) task.states.push_back(std::move(*state));
    }
  }

  void give(std::vector<Grant> grants) {
    for (Grant& grant : grants) {
      for (Task& task : grant.tasks) add_states(task);
      if (grant.rank != rank_zero) {
        postbox_.send(grant.rank, Tag::tasks, encode_tasks(grant.tasks));
      } else {
        for (Task& task : grant.tasks) compute_.push(std::move(task));
      }
    }
  }

  /// Takes in all results; true if a rank is left that may run dry soon, so that its next news should be heard early.
  bool exchange() {
    bool urgent = receive(rank_zero, compute_.take());
    while (const auto letter = postbox_.receive()) {
      // One that was only held up may speak again: others have its cells by now.
      if (allotment_.is_lost(letter->rank)) continue;
      presence_.heard(letter->rank);
      if (letter->tag == Tag::roll) unanswered_.erase(letter->rank);
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

  void accept(int rank, TaskDone&& done) { allotment_.task_finished(rank, done.busy_s); }

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
    send_to_all(Tag::stop);
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
    if (!postbox_.all_sent()) return 1ms;
    if (dry_soon_.any()) return 10ms;
    const double seconds = std::clamp(look_share * dispatcher_.seconds_left() / cluster_.size(), 0.005, 0.025);
    return std::chrono::microseconds(static_cast<std::int64_t>(1e6 * seconds));
  }

  const Cluster& cluster_;
  const Dispatcher& dispatcher_;
  Allotment allotment_;
  const CoordinatorEvents& events_;
  DrySoon dry_soon_;
  Clock::time_point last_idle_ = Clock::now();
  std::vector<int> lost_;     ///< ranks that were given up
  std::set<int> unanswered_;  ///< of those that were asked at the end
  Presence presence_;
  Beat beat_;
  std::string stop_reason_;  ///< empty while the run goes on
  int saved_ = 0;            ///< ranks that have handed in all
  bool own_saved_ = false;
  Postbox postbox_;
  ComputeThread compute_;
  StateWatch states_;
};

}  // namespace

Coordinated coordinate(Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run,
                       const CoordinatorEvents& events) {
  return Coordinator(cluster, dispatcher, run, events).coordinate();
}

}  // namespace ntksweep
