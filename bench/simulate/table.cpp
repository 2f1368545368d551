#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace ntksweep::simulate {

/// No schedule is shorter: all work, shared parts once, evenly spread; or the longest cell.
double lower_bound_s(const Grid& grid, const CellTimeTable& times, int ranks) {
  double sum = 0;
  double longest = 0;
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    double shared = 0;
    for (const std::uint64_t cell : grid.cells_of_group(group)) {
      const CellTimes took = times.of(cell);
      shared = took.shared_s;
      sum += took.training_s + took.other_s;
      longest = std::max(longest, took.training_s + took.other_s + took.shared_s);
    }
    sum += shared;
  }
  return std::max(sum / ranks, longest);
}

void print_head(const Grid& grid, const CellTimeTable& times) {
  fmt::print("{} cells in {} groups, {:.3g} s per cell on average\n", grid.size(), grid.group_count(), times.mean_s());
  fmt::print(
      "| ranks | makespan, s | lower bound, s | efficiency, % | idle, % | rank zero busy, % | of that store, % | "
      "letters | wait, ms | longest, ms |\n");
  fmt::print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
}

void print_row(const std::string& name, int ranks, double bound_s, const Outcome& run) {
  const double main_s = run.rank_zero_s + 1e-12;
  fmt::print("| {} | {:.4g} | {:.4g} | {:.1f} | {:.1f} | {:.2f} | {:.0f} | {} | {:.2g} | {:.2g} |\n", name, run.end_s,
             bound_s, 100 * bound_s / run.end_s, 100 * (1 - run.busy_s / (run.end_s * ranks)),
             100 * run.rank_zero_s / run.end_s, 100 * std::min(1.0, run.store_s / main_s), run.letters,
             1e3 * run.waited_s / static_cast<double>(run.letters), 1e3 * run.longest_wait_s);
  std::fflush(stdout);
}

}  // namespace ntksweep::simulate
