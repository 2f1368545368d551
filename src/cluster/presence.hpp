#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace ntksweep {

/// How long each of some ranks has been silent. Only time counts in which this rank listened: one that was held up
/// itself (a slow disk, a suspended machine) finds the letters of the others waiting when it looks again.
class Presence {
 public:
  using Clock = std::chrono::steady_clock;

  /// A rank is missing after `limit_s` without news. Before its first news it has ten times as long: it may still read
  /// what it was sent at the start.
  Presence(int ranks, double limit_s, Clock::time_point now);

  /// To be called after each look at what has come: up to a tenth of the limit counts as listening.
  void looked(Clock::time_point now);

  void heard(int rank);

  /// The rank is not missed any more.
  void forget(int rank);

  double silent_s(int rank) const;

  /// The ranks that are missing. Costs as much as there are ranks only once in a tenth of the limit.
  std::vector<int> missing();

 private:
  struct Rank {
    double heard_s = 0;
    bool ever_heard = false, forgotten = false;
  };
  Rank& at(int rank) { return ranks_[static_cast<std::size_t>(rank)]; }
  bool is_missing(const Rank& rank) const;

  std::vector<Rank> ranks_;
  double limit_s_;
  Clock::time_point last_look_;
  double listened_s_ = 0, checked_s_ = 0;
};

/// When a rank has to say that it is there, having said nothing else.
class Beat {
 public:
  explicit Beat(double interval_s) : interval_(interval_s) {}

  /// At once, and then after each interval in which nothing was sent. Counts as sent.
  bool is_due(Presence::Clock::time_point now) {
    if (last_ && now - *last_ < interval_) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::duration<double> interval_;
  std::optional<Presence::Clock::time_point> last_;
};

/// A worker beats ten times within the limit, so that some letters may be late. Rank zero, which has many to say it to
/// and may be held up by files, beats once, and is given up after twenty times as long.
inline constexpr double beats_of_worker = 10;
inline constexpr double patience_with_rank_zero = 20;

}  // namespace ntksweep
