#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "exit_code.hpp"
#include "format_time.hpp"
#include "lead_run.hpp"
#include "status_counts.hpp"

/// What a run says of itself while it goes on and at its end.
namespace ntksweep {

Standing LeadRun::standing() const {
  const double left = dispatcher_.seconds_left();
  const std::uint64_t total = prepared_.grid.size();
  return {total - counts_[Status::pending],
          total,
          counts_.bad(),
          counts_[Status::diverged],
          work_done_s_,
          left,
          std::max(left / cluster_.size(), dispatcher_.longest_task_s())};
}

std::string LeadRun::waiting_text() const {
  const auto left = fmt::format("{} cell{}", dispatcher_.cells_left(), dispatcher_.cells_left() == 1 ? "" : "s");
  if (dispatcher_.claims() > 0) return fmt::format("{} left out: they need more ranks of a node than are left", left);
  return fmt::format(
      "{} left out, as none gets as far as its training in the time that is left: the shortest needs about {} before "
      "it "
      "can be saved; give the next run more time",
      left, format_time(dispatcher_.shortest_start_s()));
}

void LeadRun::print_summary(const Coordinated& run) const {
  const double elapsed = progress_.elapsed_s();
  const double busy = std::accumulate(run.busy_s.begin(), run.busy_s.end(), 0.0);
  fmt::print("{} cells in {}: {}\n", prepared_.grid.size(), output_path_, counts_.summary());
  if (counts_[Status::pending] > 0) {
    if (run.ended == Ended::finished) fmt::print("{}\n", waiting_text());
    fmt::print("stopped early after {}, {} cells computed: run the same command again to go on\n", format_time(elapsed),
               new_cells_);
    return;
  }
  if (new_cells_ == 0) {
    fmt::print("nothing was left to do\n");
  } else {
    fmt::print("{} cells computed in {} on {} rank{}: {} of work, {:.1f} % of the time idle\n", new_cells_,
               format_time(elapsed), cluster_.size(), cluster_.size() == 1 ? "" : "s", format_time(busy),
               100 * std::max(0.0, 1 - busy / (elapsed * cluster_.size())));
  }
  fmt::print("next: ntksweep status {0}, or in Python: from ntksweep import open_sweep; ds = open_sweep(\"{0}\")\n",
             output_path_);
  if (counts_.exit_code() == exit_code::some_cells_bad) {
    fmt::print(
        "the messages of failed, skipped and quarantined cells: ntksweep status {}; running again tries them again, "
        "quarantined ones with --retry-quarantined\n",
        output_path_);
  }
}

}  // namespace ntksweep
