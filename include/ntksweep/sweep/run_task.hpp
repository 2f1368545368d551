#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "ntksweep/core/state_slot.hpp"
#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// One cell, run: its record and, for those who want to look inside, what it was made of.
struct CellRun {
  Record record;
  std::shared_ptr<const Dataset> data;
  Network<double> initial, trained;
  TrainingRules rules;
  double step_size_absolute, step_size_critical;
};

/// How cells in training are left and gone on with (docs/decisions/0014-stop-and-state.md).
struct Handover {
  StateSlot* slot = nullptr;               ///< asks for the state of the cell in training, and gets it
  std::span<const CellState> states = {};  ///< that cells of the task were left in by an earlier run
};

/// Runs cells of one group. Data, initial network, K_0 and its spectrum are formed once; each
/// cell's numbers are those it would have alone. Sets the number of BLAS threads to the cell's.
/// An exception inside a cell becomes its status `failed` with the message; the others go on.
/// A cell that has a state goes on from it, with the bits of a run that was never left; a state that does not fit the
/// cell is passed over.
void run_task(const Job& job, const Grid& grid, const DataPool& data, std::span<const std::uint64_t> cells,
              const std::function<void(CellRun&&)>& commit, const Handover& handover = {});

/// Seconds of training that a saved state holds, from its first state_head_bytes; 0 where they hold no such number.
inline constexpr std::size_t state_head_bytes = sizeof(double);
double saved_training_s(std::span<const std::byte> head);

}  // namespace ntksweep
