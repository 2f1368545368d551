#include <fmt/format.h>

#include <algorithm>

#include "backoff.hpp"
#include "compute_thread.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "postbox.hpp"
#include "presence.hpp"
#include "state_watch.hpp"
#include "stop_signals.hpp"

namespace ntksweep {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rank_zero = 0;
/// While tasks wait, results and orders are looked after some times before those are through.
constexpr double looks_per_queue = 4;
constexpr double shortest_look_s = 0.005;
constexpr double longest_look_s = 0.05;
constexpr auto busy_interval = 50ms;
constexpr auto save_interval = 10ms;

std::chrono::microseconds look_interval(double waiting_s) {
  const double seconds = std::clamp(waiting_s / looks_per_queue, shortest_look_s, longest_look_s);
  return std::chrono::microseconds(static_cast<std::int64_t>(1e6 * seconds));
}

/// The main thread of a rank that takes orders.
class Worker {
 public:
  Worker(TaskFunction run, double state_interval_s, double silence_limit_s)
      : rank_zero_presence_(1, patience_with_rank_zero * silence_limit_s, Clock::now()),
        beat_(silence_limit_s / beats_of_worker),
        compute_(std::move(run)),
        states_(compute_, state_interval_s) {}

  Ended serve() {
    Backoff backoff(50us);
    while (!(stopped_ && postbox_.all_sent())) {
      say_and_hear_who_is_there();
      if (ended_ == Ended::cut_off) break;
      pass_on_signal();
      if (auto state = states_.look()) send(std::vector<Result>(1, std::move(*state)));
      if (exchange()) backoff.reset();
      if (saving_ && states_.is_ready()) hand_in();
      compute_.wait(saving_ ? save_interval : next_wait(backoff));
    }
    return ended_;
  }

 private:
  /// After its last results rank zero takes nothing from this rank, and a long letter that nobody takes never leaves.
  void send(Tag tag, std::vector<std::byte> bytes) {
    if (!handed_in_) postbox_.send(rank_zero, tag, std::move(bytes));
  }

  void send(const std::vector<Result>& results) {
    for (auto& letter : encode_results(results)) send(Tag::results, std::move(letter));
  }

  void say_and_hear_who_is_there() {
    const auto now = Clock::now();
    if (beat_.is_due(now)) send(Tag::alive, {});
    rank_zero_presence_.looked(now);
    if (postbox_.take_unreachable().empty() && rank_zero_presence_.missing().empty()) return;
    ended_ = Ended::cut_off;
    fmt::print(stderr,
               "ntksweep: rank zero has said nothing for {:.0f} s (it died, or the network failed): this rank ends; "
               "run the same command again, what is committed stays\n",
               rank_zero_presence_.silent_s(0));
  }

  /// Rank zero decides.
  void pass_on_signal() {
    const auto signal = StopSignals::received();
    if (!signal || passed_on_) return;
    passed_on_ = true;
    send({StopRequest{*signal}});
  }

  void hand_in() {
    send(states_.last_results());
    handed_in_ = true;
    saving_ = false;
  }

  /// Results out, orders in; true if there was anything.
  bool exchange() {
    const std::vector<Result> results = compute_.take();
    send(results);
    bool moved = !results.empty();
    while (const auto letter = postbox_.receive()) {
      obey(*letter);
      moved = true;
    }
    return moved;
  }

  void obey(const Postbox::Letter& letter) {
    rank_zero_presence_.heard(0);
    if (letter.tag == Tag::stop) stopped_ = true;
    if (letter.tag == Tag::leave) ended_ = Ended::cut_off;
    if (letter.tag == Tag::roll) send(Tag::roll, {});
    if (letter.tag == Tag::save) {
      states_.end();
      saving_ = true;
      ended_ = Ended::stopped;
    }
    if (letter.tag != Tag::tasks) return;
    for (Task& task : decode_tasks(letter.bytes)) compute_.push(std::move(task));
  }

  /// Running dry ends the wait by itself; orders and the rest of a long letter do not.
  std::chrono::microseconds next_wait(Backoff& backoff) {
    const auto waiting_s = compute_.waiting_s();
    if (waiting_s) return look_interval(*waiting_s);
    return compute_.busy() && postbox_.all_sent() ? busy_interval : backoff.next(1ms);
  }

  Presence rank_zero_presence_;
  Beat beat_;
  Postbox postbox_;
  ComputeThread compute_;
  StateWatch states_;
  Ended ended_ = Ended::finished;
  bool stopped_ = false, saving_ = false, handed_in_ = false, passed_on_ = false;
};

}  // namespace

Ended work(Cluster& cluster, const TaskFunction& run, double state_interval_s, double silence_limit_s) {
  return Worker(cluster.on_cores_of_team(run), state_interval_s, silence_limit_s).serve();
}

}  // namespace ntksweep
