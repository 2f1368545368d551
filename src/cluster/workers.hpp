#pragma once

#include <set>
#include <vector>

#include "postbox.hpp"
#include "presence.hpp"

namespace ntksweep {

/// The other ranks, as rank zero sees them: letters to and from those that are there, and which are not any more.
class Workers {
 public:
  using Clock = Presence::Clock;

  Workers(int cluster_size, double silence_limit_s);

  void send(int rank, Tag tag, std::vector<std::byte> bytes) { postbox_.send(rank, tag, std::move(bytes)); }
  void send_to_all(Tag tag);
  bool all_sent() { return postbox_.all_sent(); }

  /// The next letter of a rank that is there. One that was only held up may speak again after it was given up: others
  /// have its cells by then, and what it says is dropped.
  std::optional<Postbox::Letter> receive();

  /// To be called after each look at what has come: says that rank zero is there when that is due; the ranks that are
  /// silent for too long.
  std::vector<int> missing();

  /// The rank is not there any more. Should it be only held up, it is told to leave.
  void give_up(int rank);

  double silent_s(int rank) const { return presence_.silent_s(rank); }
  const std::vector<int>& lost() const { return lost_; }
  /// How many are there, with rank zero.
  int here() const { return static_cast<int>(here_.size()) + 1; }

  /// Asks all for an answer; those of them that have not given it and are there.
  void ask();
  bool all_answered() const { return unanswered_.empty(); }

 private:
  Postbox postbox_;
  Presence presence_;
  Beat beat_;
  std::set<int> here_, unanswered_;
  std::vector<int> lost_;
};

}  // namespace ntksweep
