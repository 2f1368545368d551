#include "ntksweep/ntk/statistics.hpp"

#include <array>
#include <vector>

#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

std::vector<Statistic> all_chapters() {
  std::vector<Statistic> all;
  for (const auto& chapter : {training_statistics(), movement_statistics(), kernel_statistics()}) {
    all.insert(all.end(), chapter.begin(), chapter.end());
  }
  return all;
}

}  // namespace

std::span<const Statistic> statistics() {
  static const std::vector<Statistic> table = all_chapters();
  return table;
}

std::string_view group_name(Group group) {
  constexpr std::array<std::string_view, 5> names{"always", "training", "movement", "kernel", "spectrum"};
  return names[static_cast<std::size_t>(group)];
}

}  // namespace ntksweep
