#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>

#include "format_time.hpp"
#include "lead_run.hpp"

/// What a run does about ranks that are lost, and about the cells that they were at work on.
namespace ntksweep {

namespace {

std::string count_text(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

/// A cell with a result stays; one that failed or was skipped is tried again by the next run.
bool LeadRun::is_done(std::uint64_t cell) const {
  const Status status = file_.status(cell);
  if (status == Status::quarantined) return quarantined_ == Quarantined::stay;
  if (dead_cells_.is_quarantined(cell)) return true;
  return status != Status::pending && status != Status::failed && status != Status::skipped;
}

DeadCells LeadRun::find_dead_cells() const {
  // Deaths of a file that is gone tell nothing of this one.
  DeadCells found(output_path_, file_.resumed() ? quarantined_ : Quarantined::are_tried_again);
  const auto is_open = [this](Status status) {
    return status == Status::pending || status == Status::failed || status == Status::skipped;
  };
  found.find(prepared_, [&](std::uint64_t cell) { return !is_open(file_.status(cell)); });
  return found;
}

void LeadRun::quarantine(std::uint64_t cell) {
  const std::string message = dead_cells_.message(cell, prepared_.data.key(prepared_.grid.cell(cell)));
  fmt::print(stderr, "ntksweep: cell {} is quarantined: {}\n", cell, message);
  take_without_result(cell, Status::quarantined, message);
}

std::vector<std::uint64_t> LeadRun::lose(const LostRank& loss) {
  const std::string& host = cluster_.host_of(loss.rank);
  const auto key_of = [this](std::uint64_t cell) { return prepared_.data.key(prepared_.grid.cell(cell)); };
  if (!loss.cells.empty()) {
    const std::uint64_t at_work = loss.cells.front();
    dead_cells_.add({at_work, key_of(at_work), loss.rank, host, number(), std::time(nullptr), "silence"});
  }
  std::vector<std::uint64_t> given_up;
  std::ranges::copy_if(loss.cells, std::back_inserter(given_up),
                       [&](std::uint64_t cell) { return dead_cells_.quarantine(cell, key_of(cell)); });
  progress_.end();
  fmt::print(stderr,
             "ntksweep: rank {} on {} has said nothing for {:.0f} s and is given up (it or its node died, or hangs): "
             "{} to other ranks, and the run goes on; output.silence_limit sets the time\n",
             loss.rank, host, loss.silent_s, count_text(loss.cells.size() - given_up.size(), "cell"));
  for (const std::uint64_t cell : given_up) quarantine(cell);
  return given_up;
}

/// It works, so it is left alone: what is predicted may be wrong, what is computed is not.
void LeadRun::warn_of(const SlowTask& task) {
  if (task.cells.empty()) return;
  progress_.end();
  fmt::print(
      stderr,
      "ntksweep: warning: rank {} on {} has been at work for {} on a task that was to take {}, now on cell {}: it "
      "answers, so it is left to go on; a stop (kill -USR1) saves a cell that is in its training\n",
      task.rank, cluster_.host_of(task.rank), format_time(task.elapsed_s), format_time(task.predicted_s),
      task.cells.front());
}

/// MPI_Finalize would wait for those that are gone.
void LeadRun::end_without(const Coordinated& run) const {
  if (run.silent > 0) {
    fmt::print(stderr, "ntksweep: {} of {} ranks did not answer in time: their cells begin anew\n", run.silent,
               cluster_.size());
  }
  if (!run.lost.empty()) {
    fmt::print(stderr,
               "ntksweep: {} of {} ranks lost; this run ends by MPI_Abort with exit code {}, which mpirun may replace "
               "by its own: ntksweep status {}\n",
               run.lost.size(), cluster_.size(), counts_.exit_code(), output_path_);
  }
  cluster_.abort(counts_.exit_code());
}

}  // namespace ntksweep
