#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// Tells which cells cost the same: those that differ in seeds, step size or amount of noise only.
/// Work and data shape are worked out once per kind, not once per cell.
class KindTable {
 public:
  KindTable(const Grid& grid, const DataPool& data);

  /// Number of the cell's kind, from 0 in the order of first appearance.
  std::uint32_t kind_of(std::uint64_t cell);

  struct Description {
    CellSpec spec;
    DataShape shape;
  };
  /// Of the kind that this cell belongs to.
  Description describe_kind(std::uint64_t cell);

 private:
  /// Hash of the cell's positions on some axes. A collision of 64 bits would cost a wrong
  /// prediction, nothing else.
  std::uint64_t fingerprint(std::uint64_t cell, const std::vector<char>& axis_matters) const;

  const Grid& grid_;
  const DataPool& data_;
  std::vector<char> matters_for_work_, matters_for_shape_;  ///< by axis
  std::unordered_map<std::uint64_t, std::uint32_t> kinds_;
  std::unordered_map<std::uint64_t, DataShape> shapes_;
};

}  // namespace ntksweep
