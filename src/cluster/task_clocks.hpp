#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace ntksweep {

/// How long each rank has been at work on its first task, for rank zero.
class TaskClocks {
 public:
  using Clock = std::chrono::steady_clock;

  explicit TaskClocks(int ranks) : clocks_(static_cast<std::size_t>(ranks)) {}

  /// The rank begins a task.
  void begin(int rank, Clock::time_point now) { at(rank) = {now, false}; }

  double elapsed_s(int rank, Clock::time_point now) const {
    return std::chrono::duration<double>(now - clocks_[static_cast<std::size_t>(rank)].begun).count();
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
    Clock::time_point begun;
    bool is_known;  ///< to be overdue
  };
  Begun& at(int rank) { return clocks_[static_cast<std::size_t>(rank)]; }

  std::vector<Begun> clocks_;
};

}  // namespace ntksweep
