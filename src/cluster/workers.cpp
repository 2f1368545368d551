#include "workers.hpp"

namespace ntksweep {

Workers::Workers(int cluster_size, double silence_limit_s)
    : presence_(cluster_size, silence_limit_s, Clock::now()), beat_(silence_limit_s) {
  presence_.forget(0);
  for (int rank = 1; rank < cluster_size; ++rank) here_.insert(rank);
}

void Workers::send_to_all(Tag tag) {
  for (const int rank : here_) postbox_.send(rank, tag, {});
}

std::optional<Postbox::Letter> Workers::receive() {
  while (auto letter = postbox_.receive()) {
    if (!here_.contains(letter->rank)) continue;
    presence_.heard(letter->rank);
    if (letter->tag == Tag::roll) unanswered_.erase(letter->rank);
    return letter;
  }
  return std::nullopt;
}

std::vector<int> Workers::missing() {
  const auto now = Clock::now();
  presence_.looked(now);
  if (beat_.is_due(now)) send_to_all(Tag::alive);
  std::vector<int> found = postbox_.take_unreachable();
  for (const int rank : presence_.missing()) found.push_back(rank);
  std::erase_if(found, [this](int rank) { return !here_.contains(rank); });
  return found;
}

void Workers::give_up(int rank) {
  here_.erase(rank);
  unanswered_.erase(rank);
  lost_.push_back(rank);
  presence_.forget(rank);
  postbox_.send(rank, Tag::leave, {});
  postbox_.give_up(rank);
}

void Workers::ask() {
  unanswered_ = here_;
  send_to_all(Tag::roll);
}

}  // namespace ntksweep
