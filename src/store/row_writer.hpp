#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "raw_file.hpp"
#include "row.hpp"

namespace ntksweep {

/// Brings rows into the file, all but their status. Rows are held back and written variable by variable in the order
/// of their cells, so that near ones go out in one write: a row is spread over as many places as it has variables.
class RowWriter {
 public:
  /// `offsets`: where each of the shape's blocks begins in the file. All three must outlive this object.
  RowWriter(const RawFile& file, const RowShape& shape, const std::vector<std::uint64_t>& offsets)
      : file_(file), shape_(shape), offsets_(offsets) {}

  /// The row may wait until flush(); of several rows of a cell the last one counts.
  void add(std::uint64_t cell, std::vector<std::byte> row);
  void flush();

 private:
  using Waiting = std::pair<std::uint64_t, std::vector<std::byte>>;

  void write_variable(std::size_t variable) const;
  /// One past the last waiting row that is written together with row `first` of a variable of `bytes` per cell.
  std::size_t end_of_stretch(std::size_t first, std::size_t bytes) const;

  const RawFile& file_;
  const RowShape& shape_;
  const std::vector<std::uint64_t>& offsets_;
  std::vector<Waiting> waiting_;
};

}  // namespace ntksweep
