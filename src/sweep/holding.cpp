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

void Holding::add(double predicted_s) {
  predicted_s_.push_back(predicted_s);
  total_s_ += predicted_s;
}

void Holding::remove_first() {
  total_s_ -= predicted_s_.front();
  predicted_s_.pop_front();
  if (predicted_s_.empty()) total_s_ = 0;
}

bool Holding::wants_more(double share_left_s) const {
  if (predicted_s_.empty()) return true;
  if (total_s_ > largest_share * share_left_s) return false;
  if (tasks() == 1) return total_s_ < long_task_s;
  return total_s_ < bunch_s && tasks() < largest_bunch;
}

}  // namespace ntksweep
