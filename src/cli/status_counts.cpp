#include "status_counts.hpp"

#include <fmt/format.h>

#include <numeric>

#include "exit_code.hpp"

namespace ntksweep {

std::uint64_t StatusCounts::total() const {
  return std::accumulate(by_status.begin(), by_status.end(), std::uint64_t{0});
}

std::uint64_t StatusCounts::bad() const {
  return (*this)[Status::failed] + (*this)[Status::skipped] + (*this)[Status::quarantined];
}

int StatusCounts::exit_code() const {
  if ((*this)[Status::pending] > 0) return exit_code::unfinished;
  return bad() > 0 ? exit_code::some_cells_bad : exit_code::success;
}

std::string StatusCounts::summary() const {
  std::string text;
  for (std::size_t i = 0; i < by_status.size(); ++i) {
    if (by_status[i] > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", by_status[i], status_names[i]);
  }
  return text;
}

}  // namespace ntksweep
