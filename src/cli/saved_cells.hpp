#pragma once

#include <map>
#include <string>

#include "ntksweep/store/result_file.hpp"
#include "ntksweep/store/state_file.hpp"
#include "prepared_job.hpp"

namespace ntksweep {

/// States of cells that were left in the middle of their training: by the run before, and by this one.
class SavedCells {
 public:
  /// Those of the output's state file that belong to pending cells; a problem with it is a warning.
  void read(const std::string& output_path, const PreparedJob& prepared, const ResultFile& file);

  /// Null where the cell begins anew.
  const CellState* of(std::uint64_t cell) const;

  void keep(CellState&& state);

  /// The state file for the next run, with those of cells that are still pending; where there is none it is removed.
  /// Returns how many. Throws SystemError.
  std::size_t write(const std::string& output_path, const ResultFile& file) const;

 private:
  std::map<std::uint64_t, CellState> states_;  ///< by cell
};

}  // namespace ntksweep
