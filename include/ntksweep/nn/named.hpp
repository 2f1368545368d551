#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace ntksweep {

/// The names in a table of rows with a `name`, in the table's order.
template <class Row>
std::vector<std::string_view> names_of(std::span<const Row> table) {
  std::vector<std::string_view> names;
  for (const Row& row : table) names.push_back(row.name);
  return names;
}

/// The row with that name, or nullptr.
template <class Row>
const Row* find_named(std::span<const Row> table, std::string_view name) {
  const auto row = std::ranges::find(table, name, &Row::name);
  return row == table.end() ? nullptr : &*row;
}

}  // namespace ntksweep
