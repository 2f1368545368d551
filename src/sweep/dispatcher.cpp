#include "ntksweep/sweep/dispatcher.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "kind_table.hpp"

namespace ntksweep {

namespace {

/// One task of each kind goes first where what is left is this many times the longest cell on every rank: the end of
/// the run stays even.
constexpr double cells_to_balance = 4;

/// The ranks of a team are all taken while the cores that they have work; what a cell takes shrinks as if c cores were
/// c times as fast.
Work shared_by(const Teams::Shape& team, const Work& work) {
  const double part = static_cast<double>(team.ranks) / team.cores;
  return {part * work.shared, part * work.training, part * work.kernels};
}

/// What is given out cannot be taken back, and may take some times what was predicted: where repeating the shared part
/// costs little, a piece is a part of a fair share only.
constexpr double pieces_per_share = 4;
constexpr double shared_parts_per_piece = 30;

/// How many cells of a task to give out, at least one, when a fair share of what is left is `share_s`. Every piece
/// repeats the shared part, so none is cut below the length of that. (Rounding may not split what is exactly a share.)
std::uint32_t cells_in_piece(const Seconds& each, std::uint32_t pending, double share_s) {
  const double part_s = share_s / pieces_per_share;
  const double piece_s = shared_parts_per_piece * each.shared <= part_s ? part_s : std::max(share_s, each.shared);
  const double fitting = std::floor(piece_s / each.cell + 0.01);
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
      add_kind(job, spec, shape);
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
  renew();
}

void Dispatcher::add_kind(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const Teams::Shape team = teams_.smallest(spec.threads);
  each_.push_back(cost_.predict(cost_.add_kind(shared_by(team, predict_work(job, spec, shape)))));
  kinds_.push_back({predict_bytes(job, spec, shape), spec.threads, team.ranks, 0});
}

void Dispatcher::enqueue(std::uint64_t group, const std::vector<std::uint64_t>& cells, std::uint32_t kind) {
  const auto pending = cells.size() - static_cast<std::size_t>(std::ranges::count_if(cells, is_done_));
  if (pending == 0) return;
  queue_.add(kind, kinds_[kind].threads,
             {group, 0, static_cast<std::uint32_t>(cells.size()), static_cast<std::uint32_t>(pending)});
  waiting_.add(kind, 1, static_cast<std::int64_t>(pending), each_[kind]);
  kinds_[kind].cells_left += pending;
  cells_left_ += pending;
}

/// Predictions move with every finished cell; acting on them once per eighth more of these is enough.
void Dispatcher::renew() {
  for (std::uint32_t kind = 0; kind < kinds_.size(); ++kind) each_[kind] = cost_.predict(kind);
  pace_ = cost_.pace();
  for (Backlog* backlog : {&waiting_, &given_, &at_work_}) backlog->renew(each_);
  const bool much = waiting_.total_s() > cells_to_balance * teams_.ranks() * longest_task_s();
  queue_.arrange(each_, much ? TaskQueue::First::one_of_each : TaskQueue::First::longest);
  renewed_at_ = cells_learned_;
}

/// When all ranks would be through if what is left could be cut at will, apart from the shared part
/// that each piece adds. There is no clock: what a rank works on counts as half done.
double Dispatcher::fair_share_s() const {
  const double running = given_.total_s() - 0.5 * at_work_.total_s();
  return (waiting_.cells_s() + std::max(0.0, running)) / teams_.ranks();
}

std::vector<std::uint64_t> Dispatcher::take_cells(WaitingTask& task, std::uint32_t count) const {
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

void Dispatcher::start(const std::vector<std::uint64_t>& cells, std::uint32_t kind) {
  // run_task forms the shared parts with its first cell.
  for (const std::uint64_t cell : cells) {
    const Place place = cell == cells.front() ? Place::first : Place::later;
    running_.emplace(cell, Running{kind, place, cell == cells.back()});
  }
  given_.add(kind, 1, std::ssize(cells), each_[kind]);
  at_work_.add(kind, 1, 1, each_[kind]);
}

std::optional<Task> Dispatcher::next() {
  const auto threads = queue_.most_threads_below(std::numeric_limits<int>::max());
  return threads ? next(*threads) : std::nullopt;
}

std::optional<Task> Dispatcher::next(int threads) {
  if (queue_.most_threads_below(threads + 1) != threads) return std::nullopt;
  const std::uint32_t kind = queue_.next_kind(threads);
  const Seconds each = each_[kind];
  const int ranks = kinds_[kind].ranks;
  WaitingTask task = queue_.next_of(kind);
  const bool alone = ranks == teams_.ranks();  // nobody to share with
  const std::uint32_t count = alone ? task.pending : cells_in_piece(each, task.pending, ranks * fair_share_s());
  Task piece{take_cells(task, count), (each.shared + count * each.cell) / ranks, ranks};
  queue_.take(kind, task);
  waiting_.add(kind, task.pending == 0 ? -1 : 0, -std::int64_t{count}, each);
  start(piece.cells, kind);
  return piece;
}

void Dispatcher::finished(std::uint64_t cell, double training_s, double other_s) {
  const auto found = running_.find(cell);
  if (found == running_.end()) throw std::logic_error("Dispatcher: a cell is finished that was not given out");
  const auto [kind, place, ends_task] = found->second;
  running_.erase(found);
  given_.add(kind, place == Place::first ? -1 : 0, -1, each_[kind]);
  if (ends_task) at_work_.add(kind, -1, -1, each_[kind]);
  --kinds_[kind].cells_left;
  --cells_left_;
  cost_.learn(kind, place, kinds_[kind].ranks * training_s, kinds_[kind].ranks * other_s);
  ++cells_learned_;
  if (cells_learned_ >= renewed_at_ + std::max<std::uint64_t>(1, renewed_at_ / 8)) renew();
}

void Dispatcher::recall(const DataPool& data, const std::function<Times(std::uint64_t cell)>& times_of) {
  KindTable table(grid_, data);
  for (std::uint64_t group = 0; group < grid_.group_count(); ++group) {
    Place place = Place::first;
    for (const std::uint64_t cell : grid_.cells_of_group(group)) {
      const std::uint32_t kind = table.kind_of(cell);
      const auto [training_s, other_s] = times_of(cell);
      if (training_s + other_s <= 0) continue;
      cost_.learn(kind, place, kinds_[kind].ranks * training_s, kinds_[kind].ranks * other_s);
      place = Place::later;
    }
  }
  renew();
}

double Dispatcher::seconds_left() const { return waiting_.total_s() + given_.total_s(); }

double Dispatcher::longest_task_s() const {
  double longest = 0;
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
    const auto& [bytes, threads, ranks, cells_left] = kinds_[kind];
    if (cells_left > 0) longest = std::max(longest, (each_[kind].shared + each_[kind].cell) / ranks);
  }
  return longest;
}

}  // namespace ntksweep
