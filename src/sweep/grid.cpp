#include "ntksweep/sweep/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/filter.hpp"
#include "zip_factors.hpp"

namespace ntksweep {

namespace {

constexpr std::uint64_t most_cells = 1'000'000'000;

std::uint64_t product_of(const std::vector<Axis>& axes, const std::vector<std::vector<std::size_t>>& factors,
                         const std::string& origin) {
  std::uint64_t product = 1;
  for (const auto& factor : factors) {
    product *= axes[factor.front()].values.size();
    if (product > most_cells) {
      throw InputError(fmt::format("{}: the grid has more than {} cells; shorten an axis or couple axes by grid.zip",
                                   origin, most_cells));
    }
  }
  return product;
}

}  // namespace

Grid::Grid(const Job& job) : base_(job.values), axes_(job.axes), factors_(zip_factors(job)) {
  dense_ = job.zip.empty() && job.where.empty() && job.shard.is_all();
  product_ = product_of(axes_, factors_, job.origin);
  const std::size_t step = setting_index("step_size");
  const auto holds_step = [&](const auto& factor) {
    return std::ranges::any_of(factor, [&](std::size_t axis) { return axes_[axis].setting == step; });
  };
  step_factor_ = static_cast<std::size_t>(std::ranges::find_if(factors_, holds_step) - factors_.begin());
  step_alone_ = factors_[step_factor_].size() == 1;
  groups_ = step_alone_ ? product_ / length(step_factor_) : product_;
  step_stride_ = 1;
  for (std::size_t f = step_factor_ + 1; f < factors_.size(); ++f) step_stride_ *= length(f);
  if (!job.where.empty() || !job.shard.is_all()) keep_chosen(job);
}

void Grid::keep_chosen(const Job& job) {
  std::optional<Filter> filter;
  if (!job.where.empty()) filter.emplace(job.where, job.origin + ": grid.where");
  std::vector<std::size_t> axis_of(settings().size(), axes_.size());
  for (std::size_t a = 0; a < axes_.size(); ++a) axis_of[axes_[a].setting] = a;
  std::vector<std::size_t> at;
  const auto value_of = [&](std::size_t setting) -> const Value& {
    const std::size_t axis = axis_of[setting];
    return axis == axes_.size() ? base_[setting] : axes_[axis].values[at[axis]];
  };
  for (std::uint64_t position = 0; position < product_; ++position) {
    if (!job.shard.has_group(group_of(position))) continue;
    at = axis_positions(position);
    if (!filter || filter->keeps(value_of)) kept_.push_back(position);
  }
  if (!kept_.empty()) return;
  if (!job.shard.is_all()) {
    throw InputError(fmt::format("{}: grid.shard: shard {} of {} has no cells; take fewer shards", job.origin,
                                 job.shard.index, job.shard.count));
  }
  throw InputError(
      fmt::format("{}: grid.where: '{}' is false for all {} cells; loosen it", job.origin, job.where, product_));
}

std::uint64_t Grid::group_of(std::uint64_t product_position) const {
  if (!step_alone_) return product_position;
  const std::uint64_t block = step_stride_ * length(step_factor_);
  return product_position / block * step_stride_ + product_position % step_stride_;
}

std::uint64_t Grid::size() const { return kept_.empty() ? product_ : kept_.size(); }

std::size_t Grid::length(std::size_t factor) const { return axes_[factors_[factor].front()].values.size(); }

std::vector<std::size_t> Grid::axis_positions(std::uint64_t product_position) const {
  std::vector<std::size_t> at(axes_.size());
  for (std::size_t f = factors_.size(); f-- > 0;) {
    const std::uint64_t here = product_position % length(f);
    product_position /= length(f);
    for (const std::size_t axis : factors_[f]) at[axis] = here;
  }
  return at;
}

std::vector<std::size_t> Grid::positions(std::uint64_t number) const {
  if (number >= size()) throw std::out_of_range(fmt::format("cell {} of a grid of {}", number, size()));
  return axis_positions(kept_.empty() ? number : kept_[number]);
}

Cell Grid::cell(std::uint64_t number) const {
  const auto at = positions(number);
  std::vector<Value> values = base_;
  for (std::size_t a = 0; a < axes_.size(); ++a) values[axes_[a].setting] = axes_[a].values[at[a]];
  return Cell(std::move(values));
}

std::vector<std::uint64_t> Grid::cells_of_group(std::uint64_t group) const {
  const std::uint64_t members = step_alone_ ? length(step_factor_) : 1;
  const std::uint64_t stride = step_alone_ ? step_stride_ : 1;
  // The group's number is the product position with the step's digit taken out: put it in again.
  const std::uint64_t first = group / stride * stride * members + group % stride;
  std::vector<std::uint64_t> cells;
  for (std::uint64_t member = 0; member < members; ++member) {
    const std::uint64_t position = first + member * stride;
    if (kept_.empty()) {
      cells.push_back(position);
      continue;
    }
    const auto found = std::ranges::lower_bound(kept_, position);
    if (found != kept_.end() && *found == position) cells.push_back(static_cast<std::uint64_t>(found - kept_.begin()));
  }
  return cells;
}

}  // namespace ntksweep
