#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "ntksweep/store/state_file.hpp"
#include "prepared_job.hpp"

namespace ntksweep {

/// Cells that were left in the middle of their training, by the run before and by this one, and their states, which are
/// on the disk. A state is found by the key of its cell: numbers change when a grid is extended.
class SavedCells {
 public:
  /// Whether a cell is still to be done.
  using IsOpen = std::function<bool(std::uint64_t cell)>;

  /// Throws as StateFile does; a problem with what the file holds is a warning.
  explicit SavedCells(const std::string& output_path);

  /// Finds the open cells of the grid that have a state, and drops all other states. The keys of all open cells are
  /// worked out only where a cell has not the number that it had.
  void find(const PreparedJob& prepared, const IsOpen& is_open);

  std::size_t size() const { return keys_.size(); }

  /// The newest state; nothing where the cell begins anew.
  std::optional<CellState> of(std::uint64_t cell) const;

  /// A state came. One that cannot be written is a warning, the first time; at the stop it is an error in `finish`.
  void keep(const CellState& state);

  /// The cell is through: its state is not needed any more.
  void forget(std::uint64_t cell);

  /// Brings to the disk what came since the last call.
  void sync();

  /// States that come from now on are the last ones.
  void stop() { problem_.clear(), is_stopping_ = true; }

  /// Leaves the state file for the next run, or none where nothing is left. Throws SystemError where a last state could
  /// not be written.
  void finish();

 private:
  void note(const std::string& problem);

  StateFile file_;
  std::map<std::uint64_t, std::uint64_t> keys_;  ///< by cell: those that have a state
  std::string problem_;                          ///< the first, in the run or at the stop
  bool is_stopping_ = false;
};

}  // namespace ntksweep
