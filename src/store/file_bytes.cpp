#include "file_layout.hpp"

#include <fmt/format.h>

#include "ntksweep/core/error.hpp"
#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/settings.hpp"
#include "seal.hpp"

namespace ntksweep {
namespace {

/// Headers, attributes and references, measured: about 1.2 kB a variable and 20 kB for the root and its indexes.
constexpr std::uint64_t bytes_per_variable = 1200, bytes_of_root = 20000;

/// Of one variable-length text: its reference, and its place in the heap.
std::uint64_t text_bytes(const Value& value) { return 16 + 16 + (to_text(value).size() + 8) / 8 * 8; }

/// Of the variable that holds an axis; in a list file every value is repeated about equally often.
std::uint64_t axis_bytes(const Grid& grid, const Axis& axis) {
  const ValueType type = settings()[axis.setting].type;
  const std::uint64_t entries = grid.dense() ? axis.values.size() : grid.size();
  if (type == ValueType::boolean) return entries;
  if (type == ValueType::integer || type == ValueType::real) return 8 * entries;
  std::uint64_t bytes = 0;
  for (const Value& value : axis.values) bytes += text_bytes(value);
  return bytes * entries / axis.values.size();
}

/// Throws InputError where the numbers alone are more than any file holds; below that no size overflows.
void check_size(const Job& job, const Grid& grid, const RecordLayout& layout) {
  constexpr double most_bytes = 1e18;
  const double bytes = 8.0 * static_cast<double>(layout.size) * static_cast<double>(grid.size());
  if (bytes <= most_bytes) return;
  throw InputError(fmt::format(
      "{}: the result file would have {:.0e} bytes; record fewer numbers for each cell (statistics.spectrum, "
      "statistics.checkpoints, statistics.only) or shorten an axis",
      job.origin, bytes));
}

}  // namespace

std::uint64_t file_bytes(const Job& job, const Grid& grid, const RecordLayout& layout) {
  check_size(job, grid, layout);
  std::uint64_t bytes = bytes_of_root + 2 * job.text.size() + resolved_settings(job).size();
  const std::vector<Variable> variables = filled_variables(grid, layout);
  bytes += seal_bytes(variables.size());
  for (const Variable& variable : variables) {
    bytes += variable.count() * element_size(variable.element) + bytes_per_variable;
  }
  for (const Axis& axis : grid.axes()) bytes += axis_bytes(grid, axis) + bytes_per_variable;
  if (!grid.dense()) bytes += 8 * grid.size() + bytes_per_variable;
  const Extents& extents = layout.extents;
  bytes += 8 * (extents.checkpoints + extents.layers + extents.eigenvalues + extents.test_samples + extents.outputs);
  return bytes;
}

std::uint64_t predicted_file_bytes(const Job& job, const Grid& grid, const Extents& extents) {
  return file_bytes(job, grid, make_layout(selected_statistics(job), extents));
}

}  // namespace ntksweep
