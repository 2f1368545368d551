#include "compute_thread.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace ntksweep {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

struct ComputeThread::State {
  explicit State(TaskFunction function) : run(std::move(function)) {}

  const TaskFunction run;
  std::mutex mutex;
  std::condition_variable task_came, news;
  std::deque<Task> tasks;  ///< that wait
  double waiting_s = 0;    ///< what they take by prediction
  std::vector<Result> results;
  StateSlot slot;
  bool running = false;
  bool closed = false;
  bool worth_waking = false;  ///< for the thread that waits: nothing waits any more, or something failed
  std::thread thread;

  /// Waits for a task; nothing when there will be none.
  std::optional<Task> next_task() {
    std::unique_lock lock(mutex);
    task_came.wait(lock, [this] { return closed || !tasks.empty(); });
    if (closed) return std::nullopt;
    Task task = std::move(tasks.front());
    tasks.pop_front();
    waiting_s = tasks.empty() ? 0 : waiting_s - task.predicted_s;
    running = true;
    if (tasks.empty()) wake();
    return task;
  }

  void deliver(Result result) {
    const std::lock_guard lock(mutex);
    if (closed) return;
    results.push_back(std::move(result));
    if (tasks.empty()) wake();
  }

  void end_task(Result result) {
    const std::lock_guard lock(mutex);
    running = false;
    results.push_back(std::move(result));
    if (tasks.empty() || std::holds_alternative<Failure>(results.back())) wake();
  }

  /// While more tasks wait, results can wait too: a wake-up costs as much as some small cells.
  void wake() {
    worth_waking = true;
    news.notify_one();
  }

  /// False when the task ended with an exception.
  bool run_one(const Task& task) {
    const auto start = Clock::now();
    try {
      run(
          task, [this](Record&& record) { deliver(std::move(record)); }, slot);
    } catch (...) {
      end_task(current_failure());
      return false;
    }
    end_task(TaskDone{seconds_since(start)});
    return true;
  }

  void work() {
    for (auto task = next_task(); task; task = next_task()) {
      if (!run_one(*task)) return;
    }
  }
};

ComputeThread::ComputeThread(TaskFunction run) : state_(std::make_shared<State>(std::move(run))) {
  state_->thread = std::thread([state = state_] { state->work(); });
}

ComputeThread::~ComputeThread() {
  bool computing = false;
  {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    computing = state_->running;
    state_->task_came.notify_one();
  }
  if (computing) {
    state_->thread.detach();
  } else {
    state_->thread.join();
  }
}

void ComputeThread::push(Task task) {
  const std::lock_guard lock(state_->mutex);
  state_->waiting_s += task.predicted_s;
  state_->tasks.push_back(std::move(task));
  state_->task_came.notify_one();
}

void ComputeThread::drop_waiting() {
  const std::lock_guard lock(state_->mutex);
  state_->tasks.clear();
  state_->waiting_s = 0;
}

StateSlot& ComputeThread::slot() { return state_->slot; }

bool ComputeThread::busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->running || !state_->tasks.empty();
}

std::optional<double> ComputeThread::waiting_s() const {
  const std::lock_guard lock(state_->mutex);
  return state_->tasks.empty() ? std::nullopt : std::optional(state_->waiting_s);
}

std::vector<Result> ComputeThread::take() {
  const std::lock_guard lock(state_->mutex);
  state_->worth_waking = false;
  return std::exchange(state_->results, {});
}

void ComputeThread::wait(std::chrono::microseconds longest) const {
  std::unique_lock lock(state_->mutex);
  state_->news.wait_for(lock, longest, [this] { return state_->worth_waking; });
}

}  // namespace ntksweep
