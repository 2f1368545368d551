#include "ntksweep/sweep/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::size_t column_count(Shape shape, const Extents& extents) {
  switch (shape) {
    case Shape::scalar:
      return 1;
    case Shape::per_layer:
      return extents.layers;
    case Shape::spectrum:
      return extents.eigenvalues;
    case Shape::test_outputs:
      return extents.test_samples * extents.outputs;
  }
  throw std::logic_error("a statistic has no shape");
}

/// Slot in `to` slots for slot `from_slot` of `from`, where the last one stays last.
std::optional<std::size_t> slot_in(std::size_t from_slot, std::size_t from, std::size_t to) {
  if (from_slot + 1 == from) return to - 1;
  return from_slot + 1 < to ? std::optional(from_slot) : std::nullopt;
}

/// Column in extents `to` for a column in extents `from`; none where there is no room for it.
std::optional<std::size_t> column_in(Shape shape, std::size_t column, const Extents& from, const Extents& to) {
  if (shape == Shape::per_layer) return slot_in(column, from.layers, to.layers);
  if (shape == Shape::test_outputs) {
    const std::size_t sample = column / from.outputs;
    const std::size_t output = column % from.outputs;
    if (sample >= to.test_samples || output >= to.outputs) return std::nullopt;
    return sample * to.outputs + output;
  }
  return column < column_count(shape, to) ? std::optional(column) : std::nullopt;
}

/// Of one statistic; so that sizes of records, and of files of them, are numbers of 64 bits.
constexpr double most_numbers = 1e15;

void check_size(const Extents& extents) {
  const double per_checkpoint =
      std::max({1.0, static_cast<double>(extents.layers), static_cast<double>(extents.eigenvalues),
                static_cast<double>(extents.test_samples) * static_cast<double>(extents.outputs)});
  const double numbers = per_checkpoint * static_cast<double>(extents.checkpoints);
  if (numbers <= most_numbers) return;
  throw InputError(
      fmt::format("statistics: one of them would leave {:.0e} numbers for each cell; lower statistics.checkpoints, "
                  "statistics.spectrum, data.test_samples or data.outputs",
                  numbers));
}

}  // namespace

RecordLayout make_layout(const std::vector<const Statistic*>& selected, const Extents& extents) {
  check_size(extents);
  RecordLayout layout{extents, {}, 0};
  for (const Statistic* row : selected) {
    const std::size_t rows = row->taken == Taken::end ? 1 : extents.checkpoints;
    const std::size_t columns = column_count(row->shape, extents);
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
    const Shape shape = source.statistic->shape;
    for (std::size_t r = 0; r < source.rows; ++r) {
      const auto row = slot_in(r, source.rows, target.rows);
      for (std::size_t c = 0; row && c < source.columns; ++c) {
        const auto column = column_in(shape, c, from.extents, to.extents);
        if (!column) continue;
        result[target.offset + *row * target.columns + *column] = values[source.offset + r * source.columns + c];
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
