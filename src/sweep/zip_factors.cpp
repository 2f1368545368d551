#include "zip_factors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "job_file.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

[[noreturn]] void refuse(const Job& job, std::string_view problem) {
  throw InputError(fmt::format("{}: grid.zip: {}", job.origin, problem));
}

std::size_t axis_called(const Job& job, const std::string& name) {
  const auto setting = find_setting(name);
  if (!setting) {
    refuse(job, fmt::format("there is no setting '{}'; did you mean {}?", name, nearest_setting(name)));
  }
  const auto axis = std::ranges::find(job.axes, *setting, &Axis::setting);
  if (axis == job.axes.end()) {
    refuse(job, fmt::format("{} has one value only; give it a list, or leave it out", settings()[*setting].name()));
  }
  return static_cast<std::size_t>(axis - job.axes.begin());
}

void check_lengths(const Job& job, const std::vector<std::size_t>& group) {
  std::vector<std::string> lengths;
  for (const std::size_t axis : group) {
    lengths.push_back(
        fmt::format("{} has {}", settings()[job.axes[axis].setting].name(), job.axes[axis].values.size()));
  }
  const auto length = [&](std::size_t axis) { return job.axes[axis].values.size(); };
  if (!std::ranges::all_of(group, [&](std::size_t axis) { return length(axis) == length(group.front()); })) {
    refuse(job, fmt::format("axes that advance together need equally many values, but {}", fmt::join(lengths, ", ")));
  }
}

}  // namespace

std::vector<std::vector<std::size_t>> zip_factors(const Job& job) {
  std::vector<std::vector<std::size_t>> factors(job.axes.size());
  std::vector<bool> taken(job.axes.size(), false);
  for (const auto& names : job.zip) {
    if (names.size() < 2)
      refuse(job, fmt::format("a group needs at least two names, has '{}'", fmt::join(names, ", ")));
    std::vector<std::size_t> group;
    for (const auto& name : names) {
      const std::size_t axis = axis_called(job, name);
      if (taken[axis]) refuse(job, fmt::format("{} is named twice; an axis can be in one group", name));
      taken[axis] = true;
      group.push_back(axis);
    }
    check_lengths(job, group);
    std::ranges::sort(group);
    factors[group.front()] = group;
  }
  for (std::size_t axis = 0; axis < factors.size(); ++axis) {
    if (!taken[axis]) factors[axis] = {axis};
  }
  std::erase_if(factors, [](const auto& factor) { return factor.empty(); });
  return factors;
}

}  // namespace ntksweep
