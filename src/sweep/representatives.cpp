#include "ntksweep/sweep/representatives.hpp"

#include <unordered_set>

#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

std::vector<std::uint64_t> of_product(const Grid& grid, const std::function<bool(const Axis&)>& matters) {
  std::vector<std::uint64_t> numbers = {0};
  for (const Axis& axis : grid.axes()) {
    const std::size_t positions = matters(axis) ? axis.values.size() : 1;
    std::vector<std::uint64_t> extended;
    for (const std::uint64_t number : numbers) {
      for (std::size_t at = 0; at < positions; ++at) extended.push_back(number * axis.values.size() + at);
    }
    numbers = std::move(extended);
  }
  return numbers;
}

/// Zipped or filtered: which combinations there are shows only cell by cell.
std::vector<std::uint64_t> of_list(const Grid& grid, const std::function<bool(const Axis&)>& matters) {
  std::vector<std::uint64_t> numbers;
  std::unordered_set<std::uint64_t> seen;
  for (std::uint64_t number = 0; number < grid.size(); ++number) {
    auto positions = grid.positions(number);
    for (std::size_t a = 0; a < positions.size(); ++a) {
      if (!matters(grid.axes()[a])) positions[a] = 0;
    }
    if (seen.insert(hash_values(std::span<const std::size_t>(positions))).second) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::vector<std::uint64_t> representatives(const Grid& grid, const std::function<bool(const Axis&)>& matters) {
  return grid.dense() ? of_product(grid, matters) : of_list(grid, matters);
}

}  // namespace ntksweep
