#pragma once

#include <cstddef>
#include <deque>

namespace ntksweep {

/// The tasks that a rank has been given and has not finished, in its order, by predicted seconds. Seconds are told
/// together with the pace of the cost model at that moment, so that what was predicted before anything was known of the
/// machine counts later as what it is.
class Holding {
 public:
  void add(double predicted_s, double pace);
  void remove_first();
  std::size_t tasks() const { return work_.size(); }
  /// What the first of at least one takes.
  double first_s(double pace) const { return pace * work_.front(); }

  /// Whether to give one more. The rank goes on with it while the news of its last task travels, so
  /// short tasks cost no round trip. Balance comes first: what is held cannot be taken back, so a
  /// rank that holds a tenth of `share_left_s`, the seconds left per rank, gets no more.
  bool wants_more(double share_left_s, double pace) const;

 private:
  std::deque<double> work_;  ///< predicted seconds over the pace that they were predicted with
  double total_ = 0;
};

}  // namespace ntksweep
