#include <algorithm>
#include <stdexcept>

#include "file_layout.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {
namespace {

Element axis_element(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return Element::uint8;
    case ValueType::integer:
      return Element::int64;
    case ValueType::real:
      return Element::float64;
    case ValueType::text:
    case ValueType::choice:
    case ValueType::reals:
    case ValueType::texts:
      break;
  }
  return Element::text;
}

/// One entry per position in `positions`, converted by `convert`.
template <class Convert>
Column pick(const Axis& axis, const std::vector<std::size_t>& positions, Convert convert) {
  std::vector<decltype(convert(axis.values.front()))> column;
  column.reserve(positions.size());
  for (const std::size_t position : positions) column.push_back(convert(axis.values[position]));
  return column;
}

Column axis_column(const Axis& axis, Element element, const std::vector<std::size_t>& positions) {
  switch (element) {
    case Element::uint8:
      return pick(axis, positions, [](const Value& value) { return std::uint8_t{std::get<bool>(value)}; });
    case Element::int64:
      return pick(axis, positions, [](const Value& value) { return std::get<std::int64_t>(value); });
    case Element::float64:
      return pick(axis, positions, [](const Value& value) { return std::get<double>(value); });
    default:
      return pick(axis, positions, [](const Value& value) { return to_text(value); });
  }
}

std::vector<Attribute> axis_attributes(const Setting& setting, Element element) {
  std::vector<Attribute> attributes = {{"units", std::string(setting.unit.empty() ? "1" : setting.unit)},
                                       {"long_name", std::string(setting.help)},
                                       {"setting", setting.name()}};
  if (element == Element::uint8) {
    attributes.push_back({"flag_values", std::vector<std::uint8_t>{0, 1}});
    attributes.push_back({"flag_meanings", std::string("false true")});
  }
  return attributes;
}

/// Positions on the axis along the dimension that carries it: all of them once, or that of every cell.
std::vector<std::size_t> positions_along(const Grid& grid, std::size_t axis) {
  std::vector<std::size_t> positions(grid.dense() ? grid.axes()[axis].values.size() : grid.size());
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = grid.dense() ? i : grid.positions(i)[axis];
  return positions;
}

Coordinate axis_coordinate(const Grid& grid, std::size_t number) {
  const Axis& axis = grid.axes()[number];
  const Setting& setting = settings()[axis.setting];
  const Element element = axis_element(setting.type);
  const Dimension dimension =
      grid.dense() ? Dimension{std::string(setting.key), axis.values.size()} : Dimension{"cell", grid.size()};
  return {{std::string(setting.key), element, {dimension}, axis_attributes(setting, element)},
          axis_column(axis, element, positions_along(grid, number))};
}

Coordinate counting(const std::string& name, std::uint64_t size, std::int64_t first, const std::string& long_name) {
  std::vector<std::int64_t> values(size);
  for (std::uint64_t i = 0; i < size; ++i) values[i] = first + static_cast<std::int64_t>(i);
  return {{name, Element::int64, {{name, size}}, {{"units", std::string("1")}, {"long_name", long_name}}}, values};
}

bool any_has(const RecordLayout& layout, bool (*has)(const Statistic&)) {
  return std::ranges::any_of(layout.fields, [has](const Field& field) { return has(*field.statistic); });
}

}  // namespace

std::vector<Coordinate> coordinates(const Grid& grid, const RecordLayout& layout) {
  std::vector<Coordinate> result;
  if (!grid.dense()) result.push_back(counting("cell", grid.size(), 0, "number of the cell"));
  for (std::size_t axis = 0; axis < grid.axes().size(); ++axis) result.push_back(axis_coordinate(grid, axis));
  if (any_has(layout, [](const Statistic& s) { return s.taken != Taken::end; })) {
    result.push_back(counting("checkpoint", layout.extents.checkpoints, 0,
                              "0 is initialization, the last one always the end of training"));
  }
  if (any_has(layout, [](const Statistic& s) { return s.shape == Shape::per_layer; })) {
    result.push_back(counting("layer", layout.extents.layers, 1, "weight layer; the last one is the output layer"));
  }
  if (any_has(layout, [](const Statistic& s) { return s.shape == Shape::spectrum; })) {
    result.push_back(counting("eigen_index", layout.extents.eigenvalues, 1, "position, largest eigenvalue first"));
  }
  if (any_has(layout, [](const Statistic& s) { return s.shape == Shape::test_outputs; })) {
    result.push_back(counting("test_sample", layout.extents.test_samples, 0, "position in the test set"));
    result.push_back(counting("output", layout.extents.outputs, 0, "output of the network"));
  }
  return result;
}

}  // namespace ntksweep
