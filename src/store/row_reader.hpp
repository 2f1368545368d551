#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hdf5_handle.hpp"
#include "row.hpp"

namespace ntksweep {

/// Reads whole rows through HDF5, so also from a copy that another tool packed or rearranged.
class RowReader {
 public:
  RowReader(hid_t file, const RecordLayout& layout);

  const RowShape& shape() const { return shape_; }
  std::vector<std::byte> row(std::uint64_t cell) const;

  /// All rows, in the order of the cells; many are read at a time.
  using Visit = std::function<void(std::uint64_t cell, std::span<const std::byte> row)>;
  void for_each(const Visit& visit) const;

  /// Cells with a status whose bytes are not as they were written.
  std::vector<std::uint64_t> damaged() const;

 private:
  RowShape shape_;
  std::vector<std::string> names_;
  std::vector<Hdf5Handle> datasets_;
};

/// Numbers in a dataset.
std::uint64_t dataset_count(const Hdf5Handle& dataset, const std::string& name);

/// The text in one row of a table of texts; empty for a row that it has not.
std::string read_table_text(hid_t file, const TextTable& table, std::int32_t row);

/// All texts of a table up to the first unused row.
std::vector<std::string> read_table_texts(hid_t file, const TextTable& table);

}  // namespace ntksweep
