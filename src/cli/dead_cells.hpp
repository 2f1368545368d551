#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ntksweep/store/death_file.hpp"
#include "prepared_job.hpp"

namespace ntksweep {

/// What becomes of cells at which processes died twice: left alone, or tried again.
enum class Quarantined : std::uint8_t { stay, are_tried_again };

/// The cells at which processes died, in this run and in those before it, by the output's list of deaths. A cell at
/// which two died is not worth a third.
class DeadCells {
 public:
  /// Reads the list; throws it away where quarantined cells are to be tried again.
  DeadCells(std::string output_path, Quarantined quarantined);

  /// The number that stands for all ranks of this run in the list.
  std::uint64_t run() const { return run_; }

  /// Finds the cells at which two died, of those that are not done, by key: numbers change when a grid is extended.
  void find(const PreparedJob& prepared, const std::function<bool(std::uint64_t)>& is_done);

  bool is_quarantined(std::uint64_t cell) const { return quarantined_.contains(cell); }
  const std::set<std::uint64_t>& quarantined() const { return quarantined_; }

  /// A rank of this run was lost at the cell. Where it could still write its line itself, that is the one that counts.
  void add(Death death);

  /// Whether two died at the cell; it is quarantined from now on.
  bool quarantine(std::uint64_t cell, std::uint64_t key);

  /// For the record of the cell.
  std::string message(std::uint64_t cell, std::uint64_t key) const;

  void remove() const noexcept { remove_death_file(output_path_); }

 private:
  std::vector<const Death*> of(std::uint64_t key) const;

  std::string output_path_;
  std::uint64_t run_;
  std::vector<Death> deaths_;
  std::set<std::uint64_t> quarantined_;
};

}  // namespace ntksweep
