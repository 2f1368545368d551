#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "file_layout.hpp"

namespace ntksweep {

/// What a row holds beside the statistics.
struct RowFacts {
  double wall_time_s = 0, training_s = 0;
  std::uint64_t key = 0, checksum = 0;
  std::int32_t host = -1, rank = -1, attempt = -1, message = -1;
  Status status = Status::pending;
};

/// Where the numbers of one cell lie in its row: the blocks of the variables (cell_variables, without row_checksum)
/// one after the other, as in the file.
class RowShape {
 public:
  struct Block {
    Element element;
    std::size_t offset, count;
    std::size_t bytes() const { return count * element_size(element); }
  };
  explicit RowShape(const RecordLayout& layout);

  /// One block per variable, in the order of cell_variables; the last two are status and row_checksum.
  const std::vector<Block>& blocks() const { return blocks_; }
  std::size_t statistics() const { return statistics_; }
  std::size_t status() const { return blocks_.size() - 2; }
  std::size_t row_checksum() const { return blocks_.size() - 1; }
  std::size_t bytes() const { return bytes_; }

  /// The row's bytes, row_checksum included. `values` is in the layout of the file.
  std::vector<std::byte> pack(const std::vector<double>& values, const RowFacts& facts) const;

  std::vector<double> values(std::span<const std::byte> row) const;
  RowFacts facts(std::span<const std::byte> row) const;
  /// Whether the row's bytes still have the checksum that they were written with.
  bool is_whole(std::span<const std::byte> row) const;

 private:
  void add(Element element, std::size_t count);
  std::uint64_t checksum_of(std::span<const std::byte> row) const;

  std::vector<Block> blocks_;
  std::size_t statistics_ = 0, bytes_ = 0;
};

}  // namespace ntksweep
