#include "backoff.hpp"
#include "compute_thread.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "postbox.hpp"

namespace ntksweep {

namespace {

using namespace std::chrono_literals;

constexpr int rank_zero = 0;

/// The main thread of a rank that takes orders.
class Worker {
 public:
  explicit Worker(TaskFunction run) : compute_(std::move(run)) {}

  void serve() {
    Backoff backoff(50us);
    while (!(stopped_ && postbox_.all_sent())) {
      if (exchange()) backoff.reset();
      compute_.wait(backoff.next(longest_wait()));
    }
  }

 private:
  /// Results out, orders in; true if there was anything.
  bool exchange() {
    const std::vector<Result> results = compute_.take();
    for (auto& letter : encode_results(results)) postbox_.send(rank_zero, Tag::results, std::move(letter));
    bool moved = !results.empty();
    while (const auto letter = postbox_.receive()) {
      obey(*letter);
      moved = true;
    }
    return moved;
  }

  void obey(const Postbox::Letter& letter) {
    if (letter.tag == Tag::stop) stopped_ = true;
    if (letter.tag != Tag::tasks) return;
    for (Task& task : decode_tasks(letter.bytes)) compute_.push(std::move(task));
  }

  /// Results end the wait by themselves; orders and the rest of a long letter do not. An order that
  /// comes while a task runs can wait until the task is done.
  std::chrono::microseconds longest_wait() { return compute_.busy() && postbox_.all_sent() ? 100ms : 1ms; }

  Postbox postbox_;
  ComputeThread compute_;
  bool stopped_ = false;
};

}  // namespace

void work(Cluster& cluster, const TaskFunction& run) { Worker(cluster.on_cores_of_team(run)).serve(); }

}  // namespace ntksweep
