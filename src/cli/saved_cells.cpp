#include "saved_cells.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

SavedCells::SavedCells(const std::string& output_path) : file_(output_path) {
  if (!file_.problem().empty()) fmt::print(stderr, "ntksweep: warning: {}\n", file_.problem());
}

void SavedCells::find(const PreparedJob& prepared, const IsOpen& is_open) {
  const auto key_of = [&](std::uint64_t cell) { return prepared.data.key(prepared.grid.cell(cell)); };
  std::unordered_set<std::uint64_t> elsewhere;
  for (const auto& [cell, key] : file_.owners()) {
    if (cell < prepared.grid.size() && key_of(cell) == key) {
      keys_.emplace(cell, key);
    } else {
      elsewhere.insert(key);
    }
  }
  for (std::uint64_t cell = 0; cell < prepared.grid.size() && !elsewhere.empty(); ++cell) {
    if (!is_open(cell)) continue;
    const std::uint64_t key = key_of(cell);
    if (elsewhere.erase(key) > 0) keys_.emplace(cell, key);
  }
  for (const std::uint64_t key : elsewhere) file_.forget(key);
  std::erase_if(keys_, [&](const auto& known) {
    if (is_open(known.first)) return false;
    file_.forget(known.second);
    return true;
  });
  if (file_.stale_bytes() == 0) return;
  try {
    file_.compact();
  } catch (const SystemError& error) {
    note(error.what());
  }
}

std::optional<CellState> SavedCells::of(std::uint64_t cell) const {
  const auto known = keys_.find(cell);
  if (known == keys_.end()) return std::nullopt;
  auto state = file_.read(known->second);
  if (state) {
    state->cell = cell;
  } else {
    fmt::print(stderr, "ntksweep: warning: the state of cell {} was damaged while the run went on: it begins anew\n",
               cell);
  }
  return state;
}

void SavedCells::note(const std::string& problem) {
  if (!problem_.empty()) return;
  problem_ = problem;
  if (is_stopping_) return;
  fmt::print(stderr, "ntksweep: warning: {}; the run goes on, and cells in training are not saved meanwhile\n",
             problem);
}

void SavedCells::keep(const CellState& state) {
  try {
    file_.append(state);
    keys_[state.cell] = state.key;
  } catch (const SystemError& error) {
    note(error.what());
  }
}

void SavedCells::forget(std::uint64_t cell) {
  const auto known = keys_.find(cell);
  if (known == keys_.end()) return;
  file_.forget(known->second);
  keys_.erase(known);
}

void SavedCells::sync() {
  try {
    file_.sync();
  } catch (const SystemError& error) {
    note(error.what());
  }
}

void SavedCells::finish() {
  sync();
  if (is_stopping_ && !problem_.empty()) throw SystemError(problem_);
  if (keys_.empty()) file_.compact();
}

}  // namespace ntksweep
