#include "ntksweep/sweep/task_queue.hpp"

#include <algorithm>

namespace ntksweep {

void TaskQueue::add(std::uint32_t kind, int threads, const WaitingTask& task) {
  if (kind >= kinds_.size()) kinds_.resize(kind + 1);
  if (kinds_[kind].tasks.empty()) orders_[threads].push_back(kind);
  kinds_[kind].threads = threads;
  kinds_[kind].tasks.push_back(task);
}

/// Once, when all tasks are there.
void TaskQueue::prepare() {
  for (Kind& kind : kinds_) {
    kind.tasks.shrink_to_fit();
    std::ranges::reverse(kind.tasks);
    std::ranges::stable_sort(kind.tasks, {}, &WaitingTask::pending);
    kind.untried = kind.tasks.size() > 1;
  }
  for (const auto& [threads, order] : orders_) {
    for (std::size_t i = 0; i < order.size(); i += 4) kinds_[order[i]].untried = true;
  }
  prepared_ = true;
}

void TaskQueue::arrange(std::span<const Seconds> each, First first) {
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) kinds_[kind].each = each[kind];
  first_ = first;
  const auto sort_all = [this] {
    for (auto& [threads, order] : orders_) {
      std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) { return goes_later(a, b); });
    }
  };
  if (!prepared_) {
    sort_all();
    prepare();
  }
  sort_all();
}

bool TaskQueue::goes_later(std::uint32_t a, std::uint32_t b) const {
  if (first_ == First::one_of_each && kinds_[a].untried != kinds_[b].untried) return kinds_[b].untried;
  const auto seconds = [this](std::uint32_t kind) {
    return kinds_[kind].each.shared + kinds_[kind].tasks.back().pending * kinds_[kind].each.cell;
  };
  const double a_s = seconds(a);
  const double b_s = seconds(b);
  return a_s != b_s ? a_s < b_s : a > b;
}

std::optional<int> TaskQueue::most_threads_below(int limit) const {
  const auto place = orders_.upper_bound(limit);
  return place == orders_.end() ? std::nullopt : std::optional(place->first);
}

void TaskQueue::take(std::uint32_t number, const WaitingTask& rest) {
  Kind& kind = kinds_[number];
  kind.tasks.pop_back();
  if (rest.pending > 0) {
    kind.tasks.insert(std::ranges::lower_bound(kind.tasks, rest.pending, {}, &WaitingTask::pending), rest);
  }
  kind.untried = false;
  std::vector<std::uint32_t>& order = orders_.at(kind.threads);
  order.pop_back();
  if (!kind.tasks.empty()) {
    const auto later = [this](std::uint32_t a, std::uint32_t b) { return goes_later(a, b); };
    order.insert(std::ranges::lower_bound(order, number, later), number);
  } else if (order.empty()) {
    orders_.erase(kind.threads);
  }
}

}  // namespace ntksweep
