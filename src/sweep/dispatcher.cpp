#include "ntksweep/sweep/dispatcher.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "kind_table.hpp"

namespace ntksweep {

namespace {

/// The order is worth renewing when one kind of work turns out this much slower than thought.
constexpr double material_change = 1.25;

void add(Work& sum, const Work& work, double tasks, double cells) {
  sum.shared += tasks * work.shared;
  sum.training += cells * work.training;
  sum.kernels += cells * work.kernels;
}

/// The ranks of a team are all taken while the cores that they have work; what a cell takes shrinks as if c cores were
/// c times as fast.
Work shared_by(const Teams::Shape& team, const Work& work) {
  Work part;
  add(part, work, static_cast<double>(team.ranks) / team.cores, static_cast<double>(team.ranks) / team.cores);
  return part;
}

/// How many cells of a task to give out so that they take `share_s` at most; at least one. Every
/// piece repeats the shared part, so none is cut below the length of that. (Rounding may not split
/// what is exactly a share.)
std::uint32_t cells_in_piece(double shared_s, double cell_s, std::uint32_t pending, double share_s) {
  const double fitting = std::floor(std::max(share_s, shared_s) / cell_s + 0.01);
  return static_cast<std::uint32_t>(std::clamp(fitting, 1.0, static_cast<double>(pending)));
}

}  // namespace

Dispatcher::Dispatcher(const Job& job, const Grid& grid, const DataPool& data,
                       std::function<bool(std::uint64_t)> is_done, Teams teams, double memory_limit_bytes)
    : grid_(grid), is_done_(std::move(is_done)), teams_(std::move(teams)) {
  KindTable table(grid, data);
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    const auto cells = grid.cells_of_group(group);
    if (cells.empty()) continue;
    const std::uint32_t kind = table.kind_of(cells.front());
    if (kind == kinds_.size()) {
      const auto [spec, shape] = table.describe_kind(cells.front());
      const Teams::Shape team = teams_.smallest(spec.threads);
      const Work work = shared_by(team, predict_work(job, spec, shape));
      kinds_.push_back({work, predict_bytes(job, spec, shape), spec.threads, team.ranks, 0, 0, 0});
    }
    const double available = memory_limit_bytes * kinds_[kind].ranks;
    if (kinds_[kind].bytes <= available) {
      enqueue(group, cells, kind);
    } else {
      std::ranges::for_each(cells, [&](std::uint64_t cell) {
        if (!is_done_(cell)) too_big_.push_back({cell, kinds_[kind].bytes, available, kinds_[kind].ranks});
      });
    }
  }
  sort_queues();
}

void Dispatcher::enqueue(std::uint64_t group, const std::vector<std::uint64_t>& cells, std::uint32_t kind) {
  const auto pending = cells.size() - static_cast<std::size_t>(std::ranges::count_if(cells, is_done_));
  if (pending == 0) return;
  queues_[kinds_[kind].threads].push_back(
      {group, 0, static_cast<std::uint32_t>(cells.size()), static_cast<std::uint32_t>(pending), kind});
  add(queued_work_, kinds_[kind].work, 1, static_cast<double>(pending));
  kinds_[kind].cells_left += pending;
  cells_left_ += pending;
}

void Dispatcher::sort_queues() {
  for (Kind& kind : kinds_) {
    kind.cell_s = cost_.seconds(kind.work, false);
    kind.shared_s = cost_.seconds(kind.work, true) - kind.cell_s;
  }
  for (auto& [threads, queue] : queues_) {
    std::ranges::sort(queue, [this](const Queued& a, const Queued& b) { return goes_later(a, b); });
  }
  ratio_at_sort_ = cost_.training_to_other();
  learned_at_sort_ = cells_learned_;
}

/// The longer one goes first; of equals the first in the grid.
bool Dispatcher::goes_later(const Queued& a, const Queued& b) const {
  const double a_s = sorted_by_s(a);
  const double b_s = sorted_by_s(b);
  return a_s != b_s ? a_s < b_s : a.group > b.group;
}

double Dispatcher::sorted_by_s(const Queued& task) const {
  return kinds_[task.kind].shared_s + task.pending * kinds_[task.kind].cell_s;
}

/// When all ranks would be through if what is left could be cut at will, apart from the shared part
/// that each piece adds. There is no clock: what a rank works on counts as half done.
double Dispatcher::fair_share_s() const {
  const double running = cost_.seconds(running_work_, true) - 0.5 * cost_.seconds(current_work_, true);
  return (cost_.seconds(queued_work_, false) + std::max(0.0, running)) / teams_.ranks();
}

std::vector<std::uint64_t> Dispatcher::take_cells(Queued& task, std::uint32_t count) const {
  const auto cells = grid_.cells_of_group(task.group);
  std::vector<std::uint64_t> taken;
  while (taken.size() < count) {
    const std::uint64_t cell = cells[task.first];
    ++task.first;
    --task.span;
    if (!is_done_(cell)) taken.push_back(cell);
  }
  task.pending -= count;
  return taken;
}

void Dispatcher::put_back(const Queued& rest, std::vector<Queued>& queue) {
  const auto place =
      std::ranges::lower_bound(queue, rest, [this](const Queued& a, const Queued& b) { return goes_later(a, b); });
  queue.insert(place, rest);
}

void Dispatcher::start(const std::vector<std::uint64_t>& cells, std::uint32_t kind) {
  // run_task forms the shared parts with its first cell.
  for (const std::uint64_t cell : cells) {
    running_.emplace(cell, Running{kind, cell == cells.front(), cell == cells.back()});
  }
  add(running_work_, kinds_[kind].work, 1, static_cast<double>(cells.size()));
  add(current_work_, kinds_[kind].work, 1, 1);
}

std::optional<int> Dispatcher::most_threads_below(int limit) const {
  const auto place = queues_.upper_bound(limit);
  return place == queues_.end() ? std::nullopt : std::optional(place->first);
}

std::optional<Task> Dispatcher::next(int threads) {
  const auto place = queues_.find(threads);
  return place == queues_.end() ? std::nullopt : take(place);
}

std::optional<Task> Dispatcher::take(Queues::iterator place) {
  std::vector<Queued>& queue = place->second;
  Queued task = queue.back();
  const Work& work = kinds_[task.kind].work;
  const int ranks = kinds_[task.kind].ranks;
  const double cell_s = cost_.seconds(work, false);
  const double shared_s = cost_.seconds(work, true) - cell_s;
  const std::uint32_t count = cells_in_piece(shared_s, cell_s, task.pending, ranks * fair_share_s());
  queue.pop_back();
  Task piece{take_cells(task, count), (shared_s + count * cell_s) / ranks, ranks};
  add(queued_work_, work, task.pending == 0 ? -1 : 0, -static_cast<double>(count));
  if (task.pending > 0) put_back(task, queue);
  if (queue.empty()) queues_.erase(place);
  if (queues_.empty()) queued_work_ = Work{};
  start(piece.cells, task.kind);
  return piece;
}

void Dispatcher::finished(std::uint64_t cell, double training_s, double other_s) {
  const auto found = running_.find(cell);
  if (found == running_.end()) throw std::logic_error("Dispatcher: a cell is finished that was not given out");
  const Running done = found->second;
  const Work& work = kinds_[done.kind].work;
  running_.erase(found);
  add(running_work_, work, done.with_shared ? -1 : 0, -1);
  if (done.ends_task) add(current_work_, work, -1, -1);
  if (running_.empty()) running_work_ = current_work_ = Work{};
  --kinds_[done.kind].cells_left;
  --cells_left_;
  const int ranks = kinds_[done.kind].ranks;
  cost_.learn(work, done.with_shared, ranks * training_s, ranks * other_s);
  ++cells_learned_;
  sort_again_when_it_matters();
}

/// At most once per doubling of what is known: with a million tasks each sort takes tenths of a
/// second.
void Dispatcher::sort_again_when_it_matters() {
  const double change = cost_.training_to_other() / ratio_at_sort_;
  const bool material = change > material_change || change < 1 / material_change;
  if (material && cells_learned_ >= 2 * learned_at_sort_) sort_queues();
}

double Dispatcher::seconds_left() const {
  return cost_.seconds(queued_work_, true) + cost_.seconds(running_work_, true);
}

double Dispatcher::longest_task_s() const {
  double longest = 0;
  for (const Kind& kind : kinds_) {
    if (kind.cells_left > 0) longest = std::max(longest, cost_.seconds(kind.work, true) / kind.ranks);
  }
  return longest;
}

}  // namespace ntksweep
