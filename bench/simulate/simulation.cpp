#include "simulation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "../../src/cluster/backoff.hpp"

namespace ntksweep::simulate {

namespace {

double seconds(Backoff::Time time) { return std::chrono::duration<double>(time).count(); }

/// The first look at `arrival` or later of one who had something to do last at `moved`.
double first_look(double moved, double arrival, const Sleeps& sleeps) {
  if (sleeps.longest.count() == 0) return arrival;
  Backoff backoff(sleeps.shortest);
  double time = moved;
  for (Backoff::Time wait{0}; time < arrival && wait < sleeps.longest;) {
    wait = backoff.next(sleeps.longest);
    time += seconds(wait);
  }
  if (time >= arrival) return time;
  return time + std::ceil((arrival - time) / seconds(sleeps.longest)) * seconds(sleeps.longest);
}

}  // namespace

Simulation::Simulation(const Machine& machine, TimesOf times_of, Dispatcher& dispatcher)
    : machine_(machine),
      times_of_(std::move(times_of)),
      allotment_(dispatcher),
      ranks_(static_cast<std::size_t>(dispatcher.teams().ranks())) {}

Outcome Simulation::run() {
  free_s_ = moved_s_ = hand_out(allotment_.start(), 0);
  while (!events_.empty() && !allotment_.done()) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.time;
    happen(event);
  }
  outcome_.end_s = free_s_;
  return outcome_;
}

void Simulation::schedule(double time, What what, int rank, std::uint32_t cells) {
  events_.push({time, scheduled_++, what, rank, cells});
}

void Simulation::happen(const Event& event) {
  switch (event.what) {
    case What::cell_ends:
      return end_cell(event.rank);
    case What::letter_leaves:
      if (event.time == at(event.rank).letter_s) send_letter(event.rank);
      return;
    case What::grant_arrives:
      return arrive(event.rank, event.cells);
    case What::grant_seen:
      return see(event.rank, event.cells);
    case What::main_looks:
      if (event.time == look_s_) look();
  }
}

void Simulation::begin_cell(int number) {
  Rank& rank = at(number);
  const Cell cell = rank.cells[rank.next++];
  const CellTimes times = times_of_(cell.number);
  const double other_s = times.other_s + (cell.first() ? times.shared_s : 0.0);
  rank.running = {cell.number, times.training_s, other_s, cell.last};
  rank.computing = true;
  rank.began_s = now_;
  rank.waiting_s = std::max(0.0, rank.waiting_s - cell.task_s);
  if (number == 0) used_s_ = outcome_.rank_zero_s;
  outcome_.longest_cell_s = std::max(outcome_.longest_cell_s, times.training_s + other_s);
  schedule(now_ + (times.training_s + other_s), What::cell_ends, number);
}

void Simulation::end_cell(int number) {
  Rank& rank = at(number);
  if (number == 0 && machine_.main_thread == MainThread::shares_core && outcome_.rank_zero_s > used_s_) {
    // What the main thread has used of the core meanwhile is still missing.
    schedule(now_ + outcome_.rank_zero_s - std::exchange(used_s_, outcome_.rank_zero_s), What::cell_ends, number);
    return;
  }
  outcome_.busy_s += now_ - rank.began_s;
  computed_.push_back(rank.running.cell);
  rank.outbox.push_back(rank.running);
  rank.computing = false;
  if (rank.next < rank.here) {
    begin_cell(number);
  } else if (rank.next == rank.cells.size()) {
    rank.cells.clear();
    rank.next = rank.here = 0;
  }
  plan_letter(number);
}

/// At once when no task waits after the one at work, else with the next look into the postbox.
void Simulation::plan_letter(int number) {
  Rank& rank = at(number);
  double time = number == 0 ? now_ : std::max(now_, rank.moved_s) + machine_.worker_letter_s;
  if (rank.waiting_s > 0 && number != 0) {
    const double look_s =
        std::clamp(rank.waiting_s / machine_.looks_per_queue, 0.1 * machine_.busy_look_s, machine_.busy_look_s);
    if (look_s > 0) time += rank.moved_s + std::ceil((now_ - rank.moved_s) / look_s) * look_s - now_;
  }
  if (time >= rank.letter_s) return;
  rank.letter_s = time;
  schedule(time, What::letter_leaves, number);
}

void Simulation::send_letter(int number) {
  Rank& rank = at(number);
  const double travel_s =
      machine_.latency_s + machine_.record_bytes * static_cast<double>(rank.outbox.size()) / machine_.bytes_per_s;
  const double arrival = number == 0 ? now_ : now_ + travel_s;
  inbox_.push_back({arrival, number, std::exchange(rank.outbox, {})});
  rank.letter_s = never;
  rank.moved_s = now_;
  plan_look(arrival, number);
}

void Simulation::arrive(int number, std::uint32_t cells) {
  const Rank& rank = at(number);
  if (rank.computing || number == 0) return see(number, cells);
  schedule(first_look(rank.moved_s, now_, machine_.worker), What::grant_seen, number, cells);
}

void Simulation::see(int number, std::uint32_t cells) {
  Rank& rank = at(number);
  for (std::size_t i = rank.here; i < rank.here + cells; ++i) rank.waiting_s += rank.cells[i].task_s;
  rank.here += cells;
  if (!rank.computing) begin_cell(number);
}

/// Own results wake rank zero's main thread; letters wait for the end of its sleep, or for those before them.
void Simulation::plan_look(double arrival, int from) {
  double time = std::max(arrival, free_s_);
  if (from != 0 && arrival > free_s_) time = first_look(moved_s_, arrival, machine_.rank_zero);
  if (time >= look_s_) return;
  look_s_ = time;
  schedule(time, What::main_looks, 0);
}

/// Takes one letter and comes back at once; without one it goes to sleep.
void Simulation::look() {
  look_s_ = never;
  if (inbox_.empty()) return;
  if (inbox_.front().arrival > now_) return plan_look(inbox_.front().arrival, inbox_.front().rank);
  const Letter letter = std::move(inbox_.front());
  inbox_.pop_front();
  outcome_.waited_s += now_ - letter.arrival;
  outcome_.longest_wait_s = std::max(outcome_.longest_wait_s, now_ - letter.arrival);
  free_s_ = moved_s_ = serve(letter);
  if (!inbox_.empty()) plan_look(inbox_.front().arrival, inbox_.front().rank);
}

double Simulation::serve(const Letter& letter) {
  const auto records = static_cast<double>(letter.results.size());
  const double store_s = machine_.store_record_s * records;
  const double take_s = (letter.rank == 0 ? 0.0 : machine_.receive_letter_s) + machine_.record_s * records + store_s;
  outcome_.store_s += store_s;
  outcome_.cells += letter.results.size();
  uncommitted_ += letter.results.size();
  ++outcome_.letters;
  for (const Result& result : letter.results) {
    allotment_.cell_finished(result.cell, result.training_s, result.other_s);
    if (result.ends_task) allotment_.task_finished(letter.rank, 0);
  }
  return commit_when_due(hand_out(allotment_.refill(letter.rank), spend(take_s, now_)));
}

/// Time of the core that the main thread needs; when it falls behind, the compute thread has half of the core.
double Simulation::spend(double used_s, double clock) {
  outcome_.rank_zero_s += used_s;
  const bool shares = machine_.main_thread == MainThread::shares_core && at(0).computing && !inbox_.empty();
  return clock + (shares ? 2 : 1) * used_s;
}

double Simulation::hand_out(const std::vector<Grant>& grants, double clock) {
  for (const auto& [number, tasks] : grants) {
    std::uint32_t cells = 0;
    for (const Task& task : tasks) {
      for (const std::uint64_t cell : task.cells) {
        const double task_s = cell == task.cells.front() ? std::max(task.predicted_s, 1e-12) : 0.0;
        at(number).cells.push_back({cell, task_s, cell == task.cells.back()});
      }
      cells += static_cast<std::uint32_t>(task.cells.size());
    }
    outcome_.tasks += tasks.size();
    clock = spend(machine_.task_s * static_cast<double>(tasks.size()) + machine_.send_letter_s, clock);
    schedule(number == 0 ? clock : clock + machine_.latency_s, What::grant_arrives, number, cells);
  }
  return clock;
}

/// The disk is waited for, not worked for.
double Simulation::commit_when_due(double clock) {
  if (uncommitted_ == 0 || clock - committed_s_ < machine_.commit_interval_s) return clock;
  uncommitted_ = 0;
  outcome_.store_s += machine_.commit_s;
  return committed_s_ = clock + machine_.commit_s;
}

}  // namespace ntksweep::simulate
