#include "kind_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

/// Settings that change a cell's numbers but not its cost.
constexpr std::array<std::string_view, 8> free_of_cost = {"seed",         "seed_init", "seed_data",  "seed_noise",
                                                          "seed_teacher", "seed_test", "seed_batch", "label_noise"};

bool costs(const Setting& setting) {
  return setting.key != "step_size" && std::ranges::find(free_of_cost, setting.key) == free_of_cost.end();
}

bool shapes_data(const Setting& setting) { return setting.section == "data" && costs(setting); }

std::vector<char> select_axes(const Grid& grid, bool (*matters)(const Setting&)) {
  std::vector<char> selected;
  for (const Axis& axis : grid.axes()) selected.push_back(matters(settings()[axis.setting]) ? 1 : 0);
  return selected;
}

}  // namespace

KindTable::KindTable(const Grid& grid, const DataPool& data)
    : grid_(grid),
      data_(data),
      matters_for_work_(select_axes(grid, costs)),
      matters_for_shape_(select_axes(grid, shapes_data)) {}

std::uint64_t KindTable::fingerprint(std::uint64_t cell, const std::vector<char>& axis_matters) const {
  std::vector<std::size_t> positions = grid_.positions(cell);
  for (std::size_t axis = 0; axis < positions.size(); ++axis) positions[axis] *= axis_matters[axis];
  return hash_values(std::span<const std::size_t>(positions));
}

std::uint32_t KindTable::kind_of(std::uint64_t cell) {
  const auto next = static_cast<std::uint32_t>(kinds_.size());
  return kinds_.try_emplace(fingerprint(cell, matters_for_work_), next).first->second;
}

KindTable::Description KindTable::describe_kind(std::uint64_t cell) {
  const CellSpec spec = describe(grid_.cell(cell));
  const std::uint64_t key = fingerprint(cell, matters_for_shape_);
  auto known = shapes_.find(key);
  if (known == shapes_.end()) known = shapes_.emplace(key, data_shape(spec.data, data_.of(spec.data))).first;
  return {spec, known->second};
}

}  // namespace ntksweep
