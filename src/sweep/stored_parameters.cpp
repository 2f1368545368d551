#include "ntksweep/sweep/stored_parameters.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "cell_seeds.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/combinations.hpp"

namespace ntksweep {

namespace {

/// Settings that shape a network.
bool shapes_network(const Setting& setting) {
  return (setting.section == "data" || setting.section == "model" || setting.key == "width") &&
         !is_followed_seed(setting.key);
}

void check(const CellSpec& spec, const DataPool& data) {
  const Parameters* stored = data.parameters(spec);
  if (stored == nullptr) return;
  const DataShape shape = data_shape(spec.data, data.of(spec.data));
  Architecture architecture = spec.architecture;
  architecture.inputs = shape.inputs;
  architecture.outputs = shape.outputs;
  const auto layers = layer_rules(architecture);
  try {
    check_stored_parameters(*stored, layers);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} (the file is {})", error.what(), spec.init_path));
  }
}

/// Zipped or filtered: which combinations there are shows only cell by cell.
void check_list(const Grid& grid, const DataPool& data) {
  std::unordered_set<std::uint64_t> seen;
  for (std::uint64_t number = 0; number < grid.size(); ++number) {
    auto positions = grid.positions(number);
    for (std::size_t a = 0; a < positions.size(); ++a) {
      if (!shapes_network(settings()[grid.axes()[a].setting])) positions[a] = 0;
    }
    if (seen.insert(hash_values(std::span<const std::size_t>(positions))).second) {
      check(describe(grid.cell(number)), data);
    }
  }
}

}  // namespace

void check_stored_parameters(const Job& job, const Grid& grid, const DataPool& data) {
  if (data.parameters_size() == 0) return;
  if (grid.dense()) {
    visit_combinations(job, shapes_network, [&](const Cell& cell) { check(describe(cell), data); });
  } else {
    check_list(grid, data);
  }
}

}  // namespace ntksweep
