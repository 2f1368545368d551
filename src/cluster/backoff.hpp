#pragma once

#include <algorithm>
#include <chrono>

namespace ntksweep {

/// How long to sleep between two looks into the postbox: short after a message, then ever longer.
/// A wait grows by half each time, so that what waiting adds stays below half of the time waited.
class Backoff {
 public:
  using Time = std::chrono::microseconds;

  explicit Backoff(Time shortest) : shortest_(shortest), next_(shortest) {}

  void reset() { next_ = shortest_; }

  /// The next wait, at most `longest`.
  Time next(Time longest) {
    const Time wait = std::min(next_, longest);
    next_ = wait + wait / 2;
    return wait;
  }

 private:
  Time shortest_, next_;
};

}  // namespace ntksweep
