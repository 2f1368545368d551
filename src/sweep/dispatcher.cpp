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

/// Predictions of what comes before the training were seen to be off by a factor of 2 where cells of the kind have
/// finished, and a cell that begins in vain costs time that would be idle, one that never begins the run: it waits only
/// where twice the time would not be enough.
constexpr double patience = 2;

}  // namespace

Dispatcher::Dispatcher(const Job& job, const Grid& grid, const DataPool& data,
                       std::function<bool(std::uint64_t)> is_done, Teams teams, double memory_limit_bytes)
    : grid_(grid), is_done_(std::move(is_done)), teams_(std::move(teams)), memory_limit_bytes_(memory_limit_bytes) {
  KindTable table(grid, data);
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    const auto cells = grid.cells_of_group(group);
    if (cells.empty()) continue;
    const std::uint32_t kind = table.kind_of(cells.front());
    if (kind == kinds_.size()) {
      const auto [spec, shape] = table.describe_kind(cells.front());
      add_kind(job, spec, shape);
    }
    kinds_[kind].ranks > 0 ? enqueue(group, cells, kind) : leave_out(cells, kind);
  }
  renew();
}

void Dispatcher::add_kind(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const double bytes = predict_bytes(job, spec, shape);
  const auto team = teams_.smallest(spec.threads, ranks_for_memory(bytes, memory_limit_bytes_));
  const Work work = predict_work(job, spec, shape);
  each_.push_back(cost_.predict(cost_.add_kind(team ? shared_by(*team, work) : work)));
  const bool trains = spec.method != Method::minimum_norm && spec.rules.max_steps > 0;
  const int ranks = team ? team->ranks : 0;
  kinds_.push_back({bytes, {ranks, spec.threads}, ranks, trains ? CanBeSaved::in_training : CanBeSaved::never, 0});
}

void Dispatcher::leave_out(const std::vector<std::uint64_t>& cells, std::uint32_t kind) {
  const int ranks = teams_.largest_node();
  for (const std::uint64_t cell : cells) {
    if (is_done_(cell)) continue;
    too_big_.push_back({cell, kinds_[kind].bytes, memory_of_ranks(ranks, memory_limit_bytes_), ranks});
  }
}

void Dispatcher::enqueue(std::uint64_t group, const std::vector<std::uint64_t>& cells, std::uint32_t kind) {
  const auto pending = cells.size() - static_cast<std::size_t>(std::ranges::count_if(cells, is_done_));
  if (pending == 0) return;
  queue_.add(kind, kinds_[kind].claim,
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
  return (waiting_.cells_s() + std::max(0.0, running)) / ranks_left();
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

void Dispatcher::start(const std::vector<std::uint64_t>& cells, std::uint64_t group, std::uint32_t kind) {
  // run_task forms the shared parts with its first cell.
  for (const std::uint64_t cell : cells) {
    const Place place = cell == cells.front() ? Place::first : Place::later;
    running_.emplace(cell, Running{group, kind, place, cell == cells.back()});
  }
  given_.add(kind, 1, std::ssize(cells), each_[kind]);
  at_work_.add(kind, 1, 1, each_[kind]);
}

/// Of a clock, before a cell of this kind can be saved, if predictions are as low as they may be.
double Dispatcher::start_s(std::uint32_t kind) const {
  const auto [cell, shared] = cost_.predict_at_best(kind);
  return (kinds_[kind].saved == CanBeSaved::never ? shared + cell : shared) / kinds_[kind].ranks;
}

bool Dispatcher::may_begin(std::uint32_t kind) const {
  return time_left_s_ == std::numeric_limits<double>::infinity() || start_s(kind) <= patience * time_left_s_;
}

/// Of cells that follow each other, those that cannot be saved must all be through in time.
std::uint32_t Dispatcher::cells_in_time(std::uint32_t kind, std::uint32_t count) const {
  if (kinds_[kind].saved == CanBeSaved::in_training) return count;
  const auto [cell, shared] = cost_.predict_at_best(kind);
  const double fitting = std::floor((patience * time_left_s_ * kinds_[kind].ranks - shared) / cell);
  return static_cast<std::uint32_t>(std::clamp(fitting, 1.0, static_cast<double>(count)));
}

std::size_t Dispatcher::claims() const {
  return queue_.claims([this](std::uint32_t kind) { return may_begin(kind); });
}

std::optional<Claim> Dispatcher::largest_claim(const std::optional<Claim>& limit) const {
  return queue_.largest_claim(limit, [this](std::uint32_t kind) { return may_begin(kind); });
}

std::optional<Task> Dispatcher::next() {
  const auto claim = largest_claim();
  return claim ? next(*claim) : std::nullopt;
}

std::optional<Task> Dispatcher::next(const Claim& claim) {
  const auto turn = queue_.next_kind(claim, [this](std::uint32_t kind) { return may_begin(kind); });
  if (!turn) return std::nullopt;
  const std::uint32_t kind = *turn;
  const Seconds each = each_[kind];
  const int ranks = kinds_[kind].ranks;
  WaitingTask task = queue_.next_of(kind);
  const bool alone = ranks >= ranks_left();  // nobody to share with
  const std::uint32_t share = alone ? task.pending : cells_in_piece(each, task.pending, ranks * fair_share_s());
  const std::uint32_t count = cells_in_time(kind, share);
  Task piece{take_cells(task, count), (each.shared + count * each.cell) / ranks, ranks};
  queue_.take(kind, task);
  waiting_.add(kind, task.pending == 0 ? -1 : 0, -std::int64_t{count}, each);
  start(piece.cells, task.group, kind);
  return piece;
}

Dispatcher::Running Dispatcher::take_out(std::uint64_t cell) {
  const auto found = running_.find(cell);
  if (found == running_.end()) throw std::logic_error("Dispatcher: a cell comes back that was not given out");
  const Running running = found->second;
  running_.erase(found);
  given_.add(running.kind, running.place == Place::first ? -1 : 0, -1, each_[running.kind]);
  if (running.ends_task) at_work_.add(running.kind, -1, -1, each_[running.kind]);
  return running;
}

void Dispatcher::finished(std::uint64_t cell, double training_s, double other_s) {
  const Running running = take_out(cell);
  const std::uint32_t kind = running.kind;
  const Place place = running.place;
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
    const Kind& here = kinds_[kind];
    if (here.cells_left > 0) longest = std::max(longest, (each_[kind].shared + each_[kind].cell) / here.ranks);
  }
  return longest;
}

double Dispatcher::shortest_start_s() const {
  double shortest = std::numeric_limits<double>::infinity();
  for (std::uint32_t kind = 0; kind < kinds_.size(); ++kind) {
    if (kinds_[kind].cells_left > 0) shortest = std::min(shortest, start_s(kind));
  }
  return shortest;
}

}  // namespace ntksweep
