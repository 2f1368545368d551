#include "ntksweep/sweep/task_queue.hpp"

#include <algorithm>

namespace ntksweep {

void TaskQueue::add(std::uint32_t kind, const Claim& claim, const WaitingTask& task) {
  if (kind >= kinds_.size()) kinds_.resize(kind + 1);
  if (kinds_[kind].tasks.empty()) orders_[claim].push_back(kind);
  kinds_[kind].claim = claim;
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
  for (const auto& [claim, order] : orders_) {
    for (std::size_t i = 0; i < order.size(); i += 4) kinds_[order[i]].untried = true;
  }
  prepared_ = true;
}

void TaskQueue::arrange(std::span<const Seconds> each, First first) {
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) kinds_[kind].each = each[kind];
  first_ = first;
  const auto sort_all = [this] {
    for (auto& [claim, order] : orders_) {
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

std::size_t TaskQueue::claims(const MayBegin& may_begin) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(orders_, [&](const auto& order) { return std::ranges::any_of(order.second, may_begin); }));
}

std::optional<Claim> TaskQueue::largest_claim(const std::optional<Claim>& limit, const MayBegin& may_begin) const {
  const auto first = limit ? orders_.upper_bound(*limit) : orders_.begin();
  const auto place = std::find_if(first, orders_.end(),
                                  [&](const auto& order) { return std::ranges::any_of(order.second, may_begin); });
  return place == orders_.end() ? std::nullopt : std::optional(place->first);
}

std::optional<std::uint32_t> TaskQueue::next_kind(const Claim& claim, const MayBegin& may_begin) const {
  const auto order = orders_.find(claim);
  if (order == orders_.end()) return std::nullopt;
  const auto kind = std::find_if(order->second.rbegin(), order->second.rend(), may_begin);
  return kind == order->second.rend() ? std::nullopt : std::optional(*kind);
}

void TaskQueue::take(std::uint32_t number, const WaitingTask& rest) {
  Kind& kind = kinds_[number];
  kind.tasks.pop_back();
  if (rest.pending > 0) {
    kind.tasks.insert(std::ranges::lower_bound(kind.tasks, rest.pending, {}, &WaitingTask::pending), rest);
  }
  kind.untried = false;
  std::vector<std::uint32_t>& order = orders_.at(kind.claim);
  order.erase(std::find(order.rbegin(), order.rend(), number).base() - 1);
  if (!kind.tasks.empty()) {
    const auto later = [this](std::uint32_t a, std::uint32_t b) { return goes_later(a, b); };
    order.insert(std::ranges::lower_bound(order, number, later), number);
  } else if (order.empty()) {
    orders_.erase(kind.claim);
  }
}

void TaskQueue::put_back(std::uint32_t number, const WaitingTask& task) {
  Kind& kind = kinds_[number];
  std::vector<std::uint32_t>& order = orders_[kind.claim];
  std::erase(order, number);
  kind.tasks.insert(std::ranges::upper_bound(kind.tasks, task.pending, {}, &WaitingTask::pending), task);
  const auto later = [this](std::uint32_t a, std::uint32_t b) { return goes_later(a, b); };
  order.insert(std::ranges::lower_bound(order, number, later), number);
}

}  // namespace ntksweep
