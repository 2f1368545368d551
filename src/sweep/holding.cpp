#include "ntksweep/sweep/holding.hpp"

namespace ntksweep {

namespace {

/// A round trip takes up to some 10 ms (the sleeps on both sides). It does not show in longer tasks.
constexpr double long_task_s = 2.0;
/// Cells shorter than some round trips are given in bunches that outlast them; each costs wake-ups on both sides.
constexpr double bunch_s = 0.2;
constexpr std::size_t largest_bunch = 256;
constexpr double largest_share = 0.1;

}  // namespace

void Holding::add(double predicted_s, double pace) {
  work_.push_back(predicted_s / pace);
  total_ += work_.back();
}

void Holding::remove_first() {
  total_ -= work_.front();
  work_.pop_front();
  if (work_.empty()) total_ = 0;
}

bool Holding::wants_more(double share_left_s, double pace) const {
  if (work_.empty()) return true;
  const double total_s = pace * total_;
  if (total_s > largest_share * share_left_s) return false;
  if (tasks() == 1) return total_s < long_task_s;
  return total_s < bunch_s && tasks() < largest_bunch;
}

}  // namespace ntksweep
