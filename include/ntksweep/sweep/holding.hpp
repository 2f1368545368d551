#pragma once

#include <cstddef>
#include <deque>

namespace ntksweep {

/// The tasks that a rank has been given and has not finished, in its order, by predicted seconds.
class Holding {
 public:
  void add(double predicted_s);
  void remove_first();
  std::size_t tasks() const { return predicted_s_.size(); }

  /// Whether to give one more. The rank goes on with it while the news of its last task travels, so
  /// short tasks cost no round trip. Balance comes first: what is held cannot be taken back, so a
  /// rank that holds a tenth of `share_left_s`, the seconds left per rank, gets no more.
  bool wants_more(double share_left_s) const;

 private:
  std::deque<double> predicted_s_;
  double total_s_ = 0;
};

}  // namespace ntksweep
