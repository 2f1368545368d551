#include "ntksweep/sweep/allotment.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace ntksweep {

namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

}  // namespace

Allotment::Allotment(Dispatcher& dispatcher)
    : dispatcher_(dispatcher),
      ranks_(static_cast<std::size_t>(dispatcher.teams().ranks())),
      claims_(dispatcher.claims()) {}

std::vector<Grant> Allotment::start() {
  std::vector<Grant> grants;
  const int ranks = static_cast<int>(ranks_.size());
  for (int rank = 0; rank < ranks; ++rank) top_up(rank, 1, grants);
  free_.resize(ranks_.size());
  std::iota(free_.begin(), free_.end(), 0);
  top_up_free(grants);
  return grants;
}

void Allotment::cell_finished(std::uint64_t cell, double training_s, double other_s) {
  dispatcher_.finished(cell, training_s, other_s);
}

void Allotment::task_finished(int rank, double busy_s) {
  rank_at(rank).holding.remove_first();
  rank_at(rank).tasks.pop_front();
  const std::span<const int> team = rank_at(rank).team;
  for (const int member : team) rank_at(member).busy_s += busy_s;
  --tasks_out_;
  if (rank_at(rank).holding.tasks() > 0) return;
  for (const int member : team) rank_at(member).team = {};
  std::ranges::copy_if(team, std::back_inserter(free_), [rank](int member) { return member != rank; });
}

std::vector<std::uint64_t> Allotment::unfinished(int rank) const {
  std::vector<std::uint64_t> cells;
  for (const auto& task : rank_at(rank).tasks) {
    std::ranges::copy_if(task, std::back_inserter(cells), [this](auto cell) { return dispatcher_.is_out(cell); });
  }
  return cells;
}

std::vector<Grant> Allotment::lose(int rank) {
  Rank& gone = rank_at(rank);
  gone.lost = true;
  dispatcher_.lose_rank();
  tasks_out_ -= gone.tasks.size();
  for (std::vector<std::uint64_t>& task : std::exchange(gone.tasks, {})) {
    std::erase_if(task, [this](std::uint64_t cell) { return !dispatcher_.is_out(cell); });
    dispatcher_.give_back(task);
  }
  if (gone.holding.tasks() > 0) {
    for (const int member : std::exchange(gone.team, {})) {
      rank_at(member).team = {};
      free_.push_back(member);
    }
  }
  gone.holding = {};
  gone.team = {};
  free_.insert(free_.end(), waiting_.begin(), waiting_.end());
  waiting_.clear();
  std::vector<Grant> grants;
  top_up_free(grants);
  return grants;
}

std::vector<Grant> Allotment::refill(int rank) {
  std::vector<Grant> grants;
  top_up(rank, no_limit, grants);
  top_up_free(grants);
  return grants;
}

/// Those that have waited for a team are asked again when no more cells of some claim are left.
void Allotment::top_up_free(std::vector<Grant>& grants) {
  for (const int rank : std::exchange(free_, {})) top_up(rank, no_limit, grants);
  while (claims_ != dispatcher_.claims()) {
    claims_ = dispatcher_.claims();
    for (const int rank : std::exchange(waiting_, {})) top_up(rank, no_limit, grants);
  }
}

std::vector<double> Allotment::busy_s() const {
  std::vector<double> seconds;
  for (const Rank& rank : ranks_) seconds.push_back(rank.busy_s);
  return seconds;
}

std::optional<Allotment::Turn> Allotment::turn_of(int rank) const {
  const std::span<const int> now = rank_at(rank).team;
  for (auto claim = dispatcher_.largest_claim(); claim; claim = dispatcher_.largest_claim(claim)) {
    const std::span<const int> team = dispatcher_.teams().of(rank, *claim);
    if (team.empty()) continue;
    const auto is_free = [this](int member) { return rank_at(member).lost || rank_at(member).team.empty(); };
    const bool ready = now.empty() ? std::ranges::all_of(team, is_free) : now.size() == team.size();
    return ready ? std::optional(Turn{team, *claim}) : std::nullopt;
  }
  return std::nullopt;
}

int Allotment::leader_of(std::span<const int> team) const {
  return *std::ranges::find_if(team, [this](int member) { return !rank_at(member).lost; });
}

void Allotment::top_up(int rank, std::size_t most, std::vector<Grant>& grants) {
  if (rank_at(rank).lost) return;
  if (const auto team = rank_at(rank).team; !team.empty() && leader_of(team) != rank) return;
  const double ranks = dispatcher_.ranks_left();
  std::vector<Task> tasks;
  while (tasks.size() < most) {
    const auto turn = turn_of(rank);
    if (!turn ||
        !rank_at(leader_of(turn->team)).holding.wants_more(dispatcher_.seconds_left() / ranks, dispatcher_.pace())) {
      break;
    }
    give_one(*turn, tasks);
  }
  if (!tasks.empty()) {
    grants.push_back({leader_of(rank_at(rank).team), std::move(tasks)});
  } else if (rank_at(rank).team.empty()) {
    waiting_.push_back(rank);
  }
}

void Allotment::give_one(const Turn& turn, std::vector<Task>& tasks) {
  Task task = *dispatcher_.next(turn.claim);
  task.ranks = static_cast<int>(turn.team.size());
  Rank& leader = rank_at(leader_of(turn.team));
  leader.holding.add(task.predicted_s, dispatcher_.pace());
  leader.tasks.push_back(task.cells);
  for (const int member : turn.team) {
    if (!rank_at(member).lost) rank_at(member).team = turn.team;
  }
  ++tasks_out_;
  tasks.push_back(std::move(task));
}

}  // namespace ntksweep
