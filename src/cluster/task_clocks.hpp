#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace ntksweep {

/// How long each rank has been at work on its first task, for rank zero.
class TaskClocks {
 public:
  using Clock = std::chrono::steady_clock;

  explicit TaskClocks(int ranks) : clocks_(static_cast<std::size_t>(ranks)) {}

  /// The rank is given tasks: it begins the first of them, unless it is at work on an earlier one.
  void give(int rank, Clock::time_point now) {
    if (!at(rank).begun) at(rank) = {now, false};
  }

  /// Its first task is through: it begins the next one, where it has any.
  void finish(int rank, Clock::time_point now, std::size_t tasks_left) {
    at(rank) = {tasks_left > 0 ? std::optional(now) : std::nullopt, false};
  }

  /// 0 for a rank without a task.
  double elapsed_s(int rank, Clock::time_point now) const {
    const auto begun = clocks_[static_cast<std::size_t>(rank)].begun;
    return begun ? std::chrono::duration<double>(now - *begun).count() : 0.0;
  }

  /// Whether its task, which was to take `predicted_s`, takes ten times as long, and some minutes. True once for each
  /// task.
  bool is_overdue(int rank, Clock::time_point now, double predicted_s) {
    constexpr double factor = 10, least_s = 300;
    if (at(rank).is_known || elapsed_s(rank, now) < std::max(least_s, factor * predicted_s)) return false;
    at(rank).is_known = true;
    return true;
  }

 private:
  struct Begun {
    std::optional<Clock::time_point> begun;
    bool is_known = false;  ///< to be overdue
  };
  Begun& at(int rank) { return clocks_[static_cast<std::size_t>(rank)]; }

  std::vector<Begun> clocks_;
};

}  // namespace ntksweep
