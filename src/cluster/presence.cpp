#include "presence.hpp"

#include <algorithm>

namespace ntksweep {

namespace {

constexpr double first_news_factor = 10;
constexpr double look_share = 0.1;

}  // namespace

Presence::Presence(int ranks, double limit_s, Clock::time_point now)
    : ranks_(static_cast<std::size_t>(ranks)), limit_s_(limit_s), last_look_(now) {}

void Presence::looked(Clock::time_point now) {
  const double since_s = std::chrono::duration<double>(now - last_look_).count();
  listened_s_ += std::min(since_s, look_share * limit_s_);
  last_look_ = now;
}

void Presence::heard(int rank) {
  at(rank).heard_s = listened_s_;
  at(rank).ever_heard = true;
}

void Presence::forget(int rank) { at(rank).forgotten = true; }

double Presence::silent_s(int rank) const { return listened_s_ - ranks_[static_cast<std::size_t>(rank)].heard_s; }

bool Presence::is_missing(const Rank& rank) const {
  const double limit_s = rank.ever_heard ? limit_s_ : first_news_factor * limit_s_;
  return !rank.forgotten && listened_s_ - rank.heard_s > limit_s;
}

std::vector<int> Presence::missing() {
  if (listened_s_ - checked_s_ < look_share * limit_s_) return {};
  checked_s_ = listened_s_;
  std::vector<int> found;
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
    if (is_missing(ranks_[rank])) found.push_back(static_cast<int>(rank));
  }
  return found;
}

}  // namespace ntksweep
