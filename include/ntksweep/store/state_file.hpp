#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ntksweep/core/state_slot.hpp"

namespace ntksweep {

/// What a state file holds.
struct SavedStates {
  std::vector<CellState> states;
  std::string problem;  ///< why not all of it, or nothing, could be used; empty where all is well
};

/// `<output>.state`: the states of cells that a run left in the middle of their training. Header (a line of text with the
/// versions of format and numerics), then for each cell its number, key, length, XXH3 checksum and bytes.
/// Written under another name, synced and renamed, so it is whole or not there. Throws SystemError.
void write_state_file(const std::string& output_path, std::span<const CellState> states);

/// The states that are whole; none where there is no file. What is damaged, cut short or of another version is left out
/// and said.
SavedStates read_state_file(const std::string& output_path);

/// Throws nothing: a file that stays only holds states of cells that are finished.
void remove_state_file(const std::string& output_path) noexcept;

}  // namespace ntksweep
