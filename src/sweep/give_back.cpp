#include <algorithm>

#include "ntksweep/sweep/dispatcher.hpp"

namespace ntksweep {

void Dispatcher::give_back(std::span<const std::uint64_t> cells) {
  if (cells.empty()) return;
  Running running{};
  for (const std::uint64_t cell : cells) running = take_out(cell);
  const auto group = grid_.cells_of_group(running.group);
  const auto place = [&group](std::uint64_t cell) {
    return static_cast<std::uint32_t>(std::ranges::find(group, cell) - group.begin());
  };
  const std::uint32_t first = place(cells.front());
  const auto count = static_cast<std::uint32_t>(cells.size());
  queue_.put_back(running.kind, {running.group, first, place(cells.back()) - first + 1, count});
  waiting_.add(running.kind, 1, count, each_[running.kind]);
}

}  // namespace ntksweep
