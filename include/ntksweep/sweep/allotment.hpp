#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/holding.hpp"

namespace ntksweep {

/// Tasks for one rank, to be run in this order after those that it already has.
struct Grant {
  int rank;
  std::vector<Task> tasks;
};

/// Which rank gets which tasks, and when: every decision of rank zero, apart from letters, clock and file. It is told
/// what comes in and answers with what goes out, so a real run and one in virtual time decide alike.
///
/// A task of a team goes to the team's leader once every member is free, and the members get nothing until the leader
/// has nothing left. A rank takes cells of a smaller claim only when none of a larger one are left for a team that it
/// is in; so the large teams come first and need not be gathered from ranks that are at work on something else.
class Allotment {
 public:
  /// `dispatcher` must outlive this object.
  explicit Allotment(Dispatcher& dispatcher);

  /// The first grants: everybody gets one task before anybody gets two.
  std::vector<Grant> start();

  /// A cell that some rank was given is through. Both times zero (a failed cell): nothing to learn.
  void cell_finished(std::uint64_t cell, double training_s, double other_s);

  /// The first of the tasks that the rank has is through, all its cells before it; it took `busy_s`.
  void task_finished(int rank, double busy_s);

  /// What there is to give after the rank's news.
  std::vector<Grant> refill(int rank);

  /// What the rank was given and is not through, in its order: it is at work on the first.
  std::vector<std::uint64_t> unfinished(int rank) const;

  /// Nothing more will come from the rank. What it has not finished goes to others; to which of them at once, the
  /// answer tells. A team goes on without a member that only waited; the first that is left leads the next one.
  std::vector<Grant> lose(int rank);
  bool is_lost(int rank) const { return rank_at(rank).lost; }

  /// What its first task takes by prediction, shared parts and all.
  double predicted_s(int rank) const { return rank_at(rank).holding.first_s(dispatcher_.pace()); }

  /// How many tasks the rank has.
  std::size_t tasks_of(int rank) const { return rank_at(rank).holding.tasks(); }

  /// Whether every task that was given out is through; after `start` and the refills the grid is then done.
  bool done() const { return tasks_out_ == 0; }

  /// Seconds in finished tasks, by rank; those of a team count for every member.
  std::vector<double> busy_s() const;

 private:
  /// A rank, and what it has.
  struct Rank {
    Holding holding;
    std::deque<std::vector<std::uint64_t>> tasks = {};  ///< their cells
    std::span<const int> team = {};  ///< that it leads or is a member of at the moment; empty for one that works alone
    double busy_s = 0;
    bool lost = false;
  };
  /// A team that may have a task whose cells make this claim.
  struct Turn {
    std::span<const int> team;
    Claim claim;
  };

  Rank& rank_at(int rank) { return ranks_[static_cast<std::size_t>(rank)]; }
  const Rank& rank_at(int rank) const { return ranks_[static_cast<std::size_t>(rank)]; }
  /// Where the next task goes that this rank may have a part in; none where it has to wait, or nothing is left for it.
  std::optional<Turn> turn_of(int rank) const;
  int leader_of(std::span<const int> team) const;
  void give_one(const Turn& turn, std::vector<Task>& tasks);
  /// Gives tasks to the rank's team, until it has enough or `most` of them.
  void top_up(int rank, std::size_t most, std::vector<Grant>& grants);
  void top_up_free(std::vector<Grant>& grants);

  Dispatcher& dispatcher_;
  std::vector<Rank> ranks_;
  std::vector<int> free_;     ///< ranks that have become free and were not asked yet
  std::vector<int> waiting_;  ///< ranks that are free, but for which there was nothing
  std::size_t claims_;
  std::size_t tasks_out_ = 0;
};

}  // namespace ntksweep
