#pragma once

#include <chrono>
#include <cstddef>
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

/// How often a rank says that it is there, at least: as often as leaves room for ten letters to be late.
inline std::chrono::duration<double> beat_interval(double limit_s) {
  return std::chrono::duration<double>(limit_s / 10);
}

}  // namespace ntksweep
