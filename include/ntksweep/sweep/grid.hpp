#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ntksweep/sweep/cell.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// All cells of a job, enumerated lazily; memory does not grow with a dense grid.
/// A full product is `dense`: a cell's number is its row-major position over the axes (the last
/// axis, seed, runs fastest). With zip, where or shard it is a `list` along one dimension `cell`.
/// Cells that differ only in step_size form a group: they share data, initial network and K_0.
class Grid {
 public:
  /// Throws InputError for unknown or unequal zip axes, a malformed filter, or an empty grid.
  explicit Grid(const Job& job);

  bool dense() const { return dense_; }
  std::uint64_t size() const;
  Cell cell(std::uint64_t number) const;

  const std::vector<Axis>& axes() const { return axes_; }
  /// Position of the cell on each axis.
  std::vector<std::size_t> positions(std::uint64_t number) const;

  std::uint64_t group_count() const { return groups_; }
  /// Numbers of the group's cells in ascending order of their step_size position; empty when the
  /// filter leaves none.
  std::vector<std::uint64_t> cells_of_group(std::uint64_t group) const;

 private:
  void keep_chosen(const Job& job);
  std::uint64_t group_of(std::uint64_t product_position) const;
  std::size_t length(std::size_t factor) const;
  /// Position on each axis of a position in the full product.
  std::vector<std::size_t> axis_positions(std::uint64_t product_position) const;

  std::vector<Value> base_;
  std::vector<Axis> axes_;
  std::vector<std::vector<std::size_t>> factors_;  ///< axes that advance together, outermost first
  std::size_t step_factor_ = 0;                    ///< the factor that holds step_size
  bool step_alone_ = true;
  std::uint64_t step_stride_ = 1;  ///< product of the lengths of the factors after that one
  bool dense_ = true;
  std::uint64_t product_ = 0;
  std::uint64_t groups_ = 0;
  std::vector<std::uint64_t> kept_;  ///< product positions of the grid's cells; empty where it has all
};

/// check_cell for every combination of axes other than width, samples, step_size and the seeds that
/// the grid holds, so that an impossible one is refused before anything runs.
void check_cells(const Grid& grid);

}  // namespace ntksweep
