#include "ntksweep/sweep/allotment.hpp"

#include <utility>

namespace ntksweep {

namespace {

std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

}  // namespace

Allotment::Allotment(Dispatcher& dispatcher, int ranks)
    : dispatcher_(dispatcher), holdings_(index(ranks)), busy_s_(index(ranks), 0.0) {}

std::vector<Grant> Allotment::start() {
  const int ranks = static_cast<int>(holdings_.size());
  std::vector<Grant> grants;
  for (int rank = 0; rank < ranks; ++rank) {
    if (auto task = dispatcher_.next()) grants.push_back({rank, {hold(rank, std::move(*task))}});
  }
  for (int rank = 0; rank < ranks; ++rank) top_up(rank, grants);
  return grants;
}

void Allotment::cell_finished(std::uint64_t cell, double training_s, double other_s) {
  dispatcher_.finished(cell, training_s, other_s);
}

void Allotment::task_finished(int rank, double busy_s) {
  holdings_[index(rank)].remove_first();
  busy_s_[index(rank)] += busy_s;
  --tasks_out_;
}

std::vector<Grant> Allotment::refill(int rank) {
  std::vector<Grant> grants;
  top_up(rank, grants);
  return grants;
}

void Allotment::top_up(int rank, std::vector<Grant>& grants) {
  const auto ranks = static_cast<double>(holdings_.size());
  std::vector<Task> tasks;
  while (holdings_[index(rank)].wants_more(dispatcher_.seconds_left() / ranks)) {
    auto task = dispatcher_.next();
    if (!task) break;
    tasks.push_back(hold(rank, std::move(*task)));
  }
  if (!tasks.empty()) grants.push_back({rank, std::move(tasks)});
}

Task Allotment::hold(int rank, Task task) {
  holdings_[index(rank)].add(task.predicted_s);
  ++tasks_out_;
  return task;
}

}  // namespace ntksweep
