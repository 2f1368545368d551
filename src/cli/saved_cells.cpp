#include "saved_cells.hpp"

#include <fmt/format.h>

#include <utility>

namespace ntksweep {

void SavedCells::read(const std::string& output_path, const PreparedJob& prepared, const ResultFile& file) {
  SavedStates saved = read_state_file(output_path);
  if (!saved.problem.empty()) fmt::print(stderr, "ntksweep: warning: {}\n", saved.problem);
  for (CellState& state : saved.states) {
    const bool is_known = state.cell < prepared.grid.size() && file.status(state.cell) == Status::pending &&
                          prepared.data.key(prepared.grid.cell(state.cell)) == state.key;
    if (is_known) keep(std::move(state));
  }
}

const CellState* SavedCells::of(std::uint64_t cell) const {
  const auto found = states_.find(cell);
  return found == states_.end() ? nullptr : &found->second;
}

void SavedCells::keep(CellState&& state) {
  const std::uint64_t cell = state.cell;
  states_.insert_or_assign(cell, std::move(state));
}

std::size_t SavedCells::write(const std::string& output_path, const ResultFile& file) const {
  std::vector<CellState> left;
  for (const auto& [cell, state] : states_) {
    if (file.status(cell) == Status::pending) left.push_back(state);
  }
  left.empty() ? remove_state_file(output_path) : write_state_file(output_path, left);
  return left.size();
}

}  // namespace ntksweep
