#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ntksweep {

/// Where a run stands.
struct Standing {
  std::uint64_t cells_done, cells_total;
  std::uint64_t failed, diverged;
  double work_done_s, work_left_s;  ///< core seconds; the rest by the cost model
  double time_left_s;
};

/// What a person sees during a run: one line that renews itself on a terminal, plain lines at
/// intervals in a batch log. All of it on stderr.
class Progress {
 public:
  explicit Progress(double interval_s);

  bool due() const;  ///< time for the next line
  void show(const Standing& standing);
  void end();  ///< leaves the terminal's cursor on a fresh line

  double elapsed_s() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  double interval_s_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
  bool line_open_ = false;
};

/// "412/1200 cells, 37 % of the work, 1 min 5 s gone, about 2 min 1 s left".
std::string progress_text(const Standing& standing, double elapsed_s);

}  // namespace ntksweep
