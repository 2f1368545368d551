#include "ntksweep/sweep/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> selectable_names() {
  std::vector<std::string> names{"training", "movement", "kernel", "spectrum"};
  for (const Statistic& row : statistics()) names.emplace_back(row.name);
  return names;
}

void check_names(const std::vector<std::string>& only) {
  const auto known = selectable_names();
  for (const std::string& name : only) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw InputError(
        fmt::format("statistics.only: no statistic or group is called '{}'; did you mean '{}'? (see "
                    "ntksweep list statistics)",
                    name, nearest_name(name, known)));
  }
}

bool has_kernels(const Job& job) { return std::get<std::string>(job.value("kernel")) != "none"; }

bool available(const Job& job, Group group) {
  if (group == Group::spectrum) return has_kernels(job) && std::get<std::string>(job.value("spectrum")) != "none";
  return group != Group::kernel || has_kernels(job);
}

/// Slot in `to` rows for slot `row` of `from`: the last one stays last.
std::size_t converted(std::size_t row, std::size_t from, std::size_t to) { return row + 1 == from ? to - 1 : row; }

}  // namespace

std::vector<const Statistic*> selected_statistics(const Job& job) {
  const auto& only = std::get<std::vector<std::string>>(job.value("only"));
  check_names(only);
  const auto asked = [&](const Statistic& row) {
    if (row.group == Group::always || only.empty()) return true;
    return std::ranges::any_of(only,
                               [&](const auto& name) { return name == row.name || name == group_name(row.group); });
  };
  std::vector<const Statistic*> selected;
  for (const Statistic& row : statistics()) {
    if (available(job, row.group) && asked(row)) selected.push_back(&row);
  }
  return selected;
}

RecordLayout make_layout(const std::vector<const Statistic*>& selected, const Extents& extents) {
  RecordLayout layout{extents, {}, 0};
  for (const Statistic* row : selected) {
    const std::size_t rows = row->taken == Taken::end ? 1 : extents.checkpoints;
    std::size_t columns = 1;
    if (row->shape == Shape::per_layer) columns = extents.layers;
    if (row->shape == Shape::spectrum) columns = extents.eigenvalues;
    layout.fields.push_back({row, layout.size, rows, columns});
    layout.size += rows * columns;
  }
  return layout;
}

std::vector<double> convert_layout(const RecordLayout& from, const std::vector<double>& values,
                                   const RecordLayout& to) {
  std::vector<double> result(to.size, missing);
  for (std::size_t f = 0; f < to.fields.size(); ++f) {
    const Field& source = from.fields[f];
    const Field& target = to.fields[f];
    const bool layered = source.statistic->shape == Shape::per_layer;
    for (std::size_t r = 0; r < std::min(source.rows, target.rows); ++r) {
      const std::size_t row = source.rows <= target.rows ? converted(r, source.rows, target.rows) : r;
      const std::size_t source_row = source.rows <= target.rows ? r : converted(r, target.rows, source.rows);
      for (std::size_t c = 0; c < std::min(source.columns, target.columns); ++c) {
        const bool grows = source.columns <= target.columns;
        const std::size_t column = layered && grows ? converted(c, source.columns, target.columns) : c;
        const std::size_t source_column = layered && !grows ? converted(c, target.columns, source.columns) : c;
        result[target.offset + row * target.columns + column] =
            values[source.offset + source_row * source.columns + source_column];
      }
    }
  }
  return result;
}

std::uint64_t record_checksum(const Record& record) {
  ByteWriter bytes;
  bytes.put(record.key);
  bytes.put(record.status);
  // A NaN has many bit patterns; which one an instruction leaves is no property of the cell.
  for (const double value : record.values) bytes.put(std::isnan(value) ? missing : value);
  return hash_bytes(std::move(bytes).take());
}

}  // namespace ntksweep
