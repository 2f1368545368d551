#include "ntksweep/sweep/stored_parameters.hpp"

#include <fmt/format.h>

#include "cell_seeds.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/representatives.hpp"

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

}  // namespace

void check_stored_parameters(const Grid& grid, const DataPool& data) {
  if (data.parameters_size() == 0) return;
  const auto numbers = representatives(grid, [](const Axis& axis) { return shapes_network(settings()[axis.setting]); });
  for (const std::uint64_t number : numbers) check(describe(grid.cell(number)), data);
}

}  // namespace ntksweep
