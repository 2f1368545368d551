#include "recomputed_cell.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/blas_core.hpp"

namespace ntksweep {

namespace {

std::string place(const Field& field, std::size_t i) {
  if (field.rows == 1 && field.columns == 1) return {};
  if (field.columns == 1) return fmt::format("[{}]", i);
  return fmt::format("[{}, {}]", i / field.columns, i % field.columns);
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::size_t compare_values(const RecordLayout& layout, const std::vector<double>& values,
                           const std::vector<double>& stored, Shown shown) {
  std::size_t different = 0;
  for (const Field& field : layout.fields) {
    for (std::size_t i = 0; i < field.rows * field.columns; ++i) {
      const double value = values[field.offset + i];
      const double other = stored[field.offset + i];
      const bool same = same_bits(value, other);
      different += same ? 0 : 1;
      if (shown == Shown::nothing || (same && (std::isnan(value) || shown == Shown::differences))) continue;
      fmt::print("{}{} = {} {}\n", field.statistic->name, place(field, i), value,
                 same ? "same" : fmt::format("DIFFERENT, the file has {}", other));
    }
  }
  return different;
}

}  // namespace

CellRun run_alone(const PreparedJob& prepared, std::uint64_t number) {
  CellRun result;
  run_task(prepared.job, prepared.grid, prepared.data, std::span(&number, 1),
           [&](CellRun&& run) { result = std::move(run); });
  return result;
}

std::size_t compare(const PreparedJob& prepared, const Extents& file_extents, const StoredCell& stored,
                    const CellRun& run, Shown shown) {
  const bool comparable = has_numbers(stored.status);
  if (comparable && stored.key != run.record.key) {
    throw InputError(
        "the data of this cell, or the weights it starts from, have changed since the file was made: put the old "
        "files back to replay it");
  }
  const CellSpec spec = describe(prepared.grid.cell(run.record.cell));
  const DataShape shape = data_shape(spec.data, prepared.data.of(spec.data));
  const auto selected = selected_statistics(prepared.job);
  const RecordLayout own = make_layout(selected, cell_extents(prepared.job, spec, shape));
  const RecordLayout layout = make_layout(selected, file_extents);
  const auto values = convert_layout(own, run.record.values, layout);
  const std::size_t different = compare_values(layout, values, comparable ? stored.values : values, shown);
  return different + (comparable && stored.status != run.record.status ? 1 : 0);
}

std::string why_different(const ResultReader& file, const StoredCell& stored) {
  if (stored.integrity == Integrity::damaged) {
    return "its bytes in the file have been changed since they were written: ntksweep verify --repair has it computed "
           "again";
  }
  const std::string there = file.blas_core(stored.attempt);
  if (there.empty() || there == blas_core()) {
    return fmt::format(
        "the BLAS kernels are the same here ({}): was the file made by another version, or with another "
        "math library? Its attributes say",
        blas_core());
  }
  return fmt::format("the cell was computed with the BLAS kernels {}, here with {}: --blas-core={} takes the same",
                     there, blas_core(), there.substr(0, there.find(',')));
}

bool has_numbers(Status status) {
  return status != Status::pending && status != Status::skipped && status != Status::quarantined;
}

}  // namespace ntksweep
