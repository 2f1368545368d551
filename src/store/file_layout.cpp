#include "file_layout.hpp"

#include <algorithm>
#include <numeric>

#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {
namespace {

std::string text_of(std::string_view text, std::string_view otherwise) {
  return std::string(text.empty() ? otherwise : text);
}

/// CF: in a list file the axes are coordinates only because the data variables name them.
std::vector<Attribute> common_attributes(const Grid& grid, std::string_view unit, std::string_view long_name) {
  std::vector<Attribute> attributes = {{"units", text_of(unit, "1")}, {"long_name", std::string(long_name)}};
  if (grid.dense()) return attributes;
  std::string names;
  for (const Axis& axis : grid.axes()) names.append(names.empty() ? "" : " ").append(settings()[axis.setting].key);
  attributes.push_back({"coordinates", names});
  return attributes;
}

std::vector<Dimension> statistic_dimensions(std::vector<Dimension> dimensions, const Field& field,
                                            const Extents& extents) {
  if (field.statistic->taken != Taken::end) dimensions.push_back({"checkpoint", field.rows});
  if (field.statistic->shape == Shape::per_layer) dimensions.push_back({"layer", extents.layers});
  if (field.statistic->shape == Shape::spectrum) dimensions.push_back({"eigen_index", extents.eigenvalues});
  if (field.statistic->shape == Shape::test_outputs) {
    dimensions.push_back({"test_sample", extents.test_samples});
    dimensions.push_back({"output", extents.outputs});
  }
  return dimensions;
}

Variable statistic_variable(const Grid& grid, const Field& field, const Extents& extents) {
  const Statistic& statistic = *field.statistic;
  Variable variable{std::string(statistic.name),
                    statistic.number == Number::integer ? Element::int64 : Element::float64,
                    statistic_dimensions(cell_dimensions(grid), field, extents),
                    common_attributes(grid, statistic.unit, statistic.long_name)};
  variable.attributes.push_back({"formula", std::string(statistic.formula)});
  variable.attributes.push_back({"reference", text_of(statistic.reference, "definition")});
  if (statistic.number == Number::integer) variable.attributes.push_back({"comment", std::string("-1 where missing")});
  return variable;
}

Variable run_variable(const Grid& grid, const RunVariable& row) {
  Variable variable{std::string(row.name), row.element, cell_dimensions(grid),
                    common_attributes(grid, row.unit, row.long_name)};
  if (row.name == "status") {
    variable.attributes.push_back({"flag_values", std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6}});
    variable.attributes.push_back(
        {"flag_meanings", std::string("pending converged max_steps diverged failed skipped quarantined")});
  }
  return variable;
}

Variable table_variable(const TextTable& table) {
  return {std::string(table.name),
          Element::uint8,
          {{std::string(table.row_dimension), table.rows}, {std::string(table.character_dimension), table.bytes}},
          {{"units", std::string("1")},
           {"long_name", std::string(table.long_name)},
           {"encoding", std::string("UTF-8, padded with zeros; unused rows are all zero")}}};
}

}  // namespace

std::uint64_t Variable::count() const {
  return std::accumulate(dimensions.begin(), dimensions.end(), std::uint64_t{1},
                         [](std::uint64_t product, const Dimension& dimension) { return product * dimension.size; });
}

std::vector<Dimension> cell_dimensions(const Grid& grid) {
  if (!grid.dense()) return {{"cell", grid.size()}};
  std::vector<Dimension> dimensions;
  for (const Axis& axis : grid.axes()) {
    dimensions.push_back({std::string(settings()[axis.setting].key), axis.values.size()});
  }
  return dimensions;
}

std::vector<Variable> cell_variables(const Grid& grid, const RecordLayout& layout) {
  std::vector<Variable> variables;
  for (const Field& field : layout.fields) variables.push_back(statistic_variable(grid, field, layout.extents));
  for (const RunVariable& row : run_variables) variables.push_back(run_variable(grid, row));
  return variables;
}

std::vector<Variable> filled_variables(const Grid& grid, const RecordLayout& layout) {
  std::vector<Variable> variables = cell_variables(grid, layout);
  for (const TextTable& table : text_tables) variables.push_back(table_variable(table));
  return variables;
}

}  // namespace ntksweep
