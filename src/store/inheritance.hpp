#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ntksweep/store/merge.hpp"
#include "raw_file.hpp"
#include "row_writer.hpp"
#include "text_rows.hpp"

namespace ntksweep {

/// Fills a new result file, in which all is missing, with the cells that other result files have of its grid.
class Inheritance {
 public:
  /// `offsets`: of filled_variables. They, `file` and `layout` must outlive this object.
  Inheritance(const RawFile& file, const std::vector<std::uint64_t>& offsets, const RecordLayout& layout,
              std::uint64_t cells, const KeyOf& key_of);

  /// Every cell of `source` that has a status and is whole. Of cells that were taken before, one without a result gives
  /// way to one with a result. Throws InputError when the source has another result for a cell than one before it,
  /// or a result for a cell that is not in the grid: `advice` ends the message then.
  void take(const std::string& source, const std::string& advice);

  /// Writes what is left; the caller brings it to the disk.
  Inherited finish();

 private:
  struct Source;
  struct Taken {
    Status status = Status::pending;
    std::uint64_t checksum = 0;
  };
  std::pair<std::size_t, std::size_t> cells_of(std::uint64_t key) const;
  bool gives_way(const Taken& before, const Source& source, std::uint64_t cell, const RowFacts& facts) const;
  void take_row(const Source& source, std::uint64_t cell, std::span<const std::byte> row, RowFacts facts);
  std::int32_t take_attempts(const Source& source);

  const RawFile& file_;
  const std::vector<std::uint64_t>& offsets_;
  const RecordLayout& layout_;
  RowShape shape_;
  RowWriter rows_;
  TextRows hosts_, messages_;
  std::size_t attempts_ = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> by_key_;  ///< key and cell, in order
  std::vector<Taken> taken_;                                     ///< by cell
  Inherited inherited_;
};

}  // namespace ntksweep
