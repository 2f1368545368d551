#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "format_time.hpp"

namespace ntksweep {

namespace {

constexpr double terminal_interval_s = 0.5;

double seconds_since(std::chrono::steady_clock::time_point moment) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - moment).count();
}

}  // namespace

std::string progress_text(const Standing& standing, double elapsed_s) {
  const double work = standing.work_done_s + standing.work_left_s;
  std::string text = fmt::format("{}/{} cells, {:.0f} % of the work, {} gone, about {} left", standing.cells_done,
                                 standing.cells_total, work > 0 ? 100 * standing.work_done_s / work : 100.0,
                                 format_time(elapsed_s), format_time(standing.time_left_s));
  if (standing.diverged > 0) text += fmt::format(", {} diverged", standing.diverged);
  if (standing.failed > 0) text += fmt::format(", {} FAILED", standing.failed);
  return text;
}

Progress::Progress(double interval_s)
    : terminal_(isatty(STDERR_FILENO) == 1), interval_s_(terminal_ ? terminal_interval_s : interval_s) {}

bool Progress::due() const { return seconds_since(shown_) >= interval_s_; }

void Progress::show(const Standing& standing) {
  shown_ = Clock::now();
  const std::string text = progress_text(standing, elapsed_s());
  // Carriage return, the line, and an escape that clears what a longer line left behind.
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? "\x1b[K" : "\n");
  std::fflush(stderr);
  line_open_ = terminal_;
}

void Progress::end() {
  if (line_open_) fmt::print(stderr, "\n");
  line_open_ = false;
}

double Progress::elapsed_s() const { return seconds_since(start_); }

}  // namespace ntksweep
