#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "ntksweep/ntk/statistics.hpp"
#include "ntksweep/sweep/data_pool.hpp"

namespace ntksweep {

/// Sizes of the dimensions that a record adds to those of the grid.
struct Extents {
  std::size_t checkpoints = 0, layers = 0, eigenvalues = 0, test_samples = 0, outputs = 0;
  auto operator<=>(const Extents&) const = default;
};

/// One variable of a record: `rows` x `columns` numbers starting at `offset`.
struct Field {
  const Statistic* statistic;
  std::size_t offset, rows, columns;
};

/// Which statistics a job records, and where each lies in a record of given extents. All numbers
/// are doubles, NaN where missing; integers are exact up to 2^53.
struct RecordLayout {
  Extents extents;
  std::vector<Field> fields;
  std::size_t size;  ///< doubles per record
};

/// The statistics that the job's [statistics] section asks for, in the table's order.
std::vector<const Statistic*> selected_statistics(const Job& job);

/// Whether a cell has a critical step size: where its step sizes are measured in it, or kernels are taken
/// anyway. The minimum-norm solution takes no steps.
bool needs_critical_step(const Job& job, const CellSpec& spec);

/// Whether the job records any statistic of the group.
bool records_group(const Job& job, Group group);

/// Throws InputError where a cell would leave more numbers than any disk has room for.
RecordLayout make_layout(const std::vector<const Statistic*>& selected, const Extents& extents);

/// Copies `values` from one layout into another with larger (or smaller) extents: checkpoints keep
/// their slot, except that the last one stays last; layers and eigenvalues keep theirs, except that
/// the output layer stays last. What is missing is NaN.
std::vector<double> convert_layout(const RecordLayout& from, const std::vector<double>& values, const RecordLayout& to);

/// Steps at which a cell is looked at before its end.
std::vector<std::int64_t> cell_schedule(const Job& job, const CellSpec& spec);

/// Extents of one cell, and the largest over all axes (which the result file has).
Extents cell_extents(const Job& job, const CellSpec& spec, const DataShape& shape);
Extents grid_extents(const Job& job, const DataPool& data);

/// What a cell leaves behind.
struct Record {
  std::uint64_t cell = 0;  ///< number in the grid
  std::uint64_t key = 0;
  Status status = Status::pending;
  std::string message;         ///< of a failed or skipped cell
  Extents extents;             ///< of the cell
  std::vector<double> values;  ///< in the layout of these
  double wall_time_s = 0;
  double training_s = 0;  ///< of wall_time_s; the rest went into kernels, spectra and outputs
};

/// Checksum of everything in a record that must be the same in every run: key, status, values
/// in the cell's own extents (so that a larger grid does not change it). NaNs hash alike.
std::uint64_t record_checksum(const Record& record);

}  // namespace ntksweep
