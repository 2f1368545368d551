#pragma once

#include <string>
#include <vector>

#include "ntksweep/ntk/statistics.hpp"
#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// Predicted work of one cell in flops, by kind, because the kinds run at different rates.
struct Work {
  double shared = 0;    ///< K_0 and its spectrum: once for all step sizes of a group
  double training = 0;  ///< all steps, at max_steps
  double kernels = 0;   ///< kernels and spectra after initialization, outputs at checkpoints
};
Work predict_work(const Job& job, const CellSpec& spec, const DataShape& shape);

/// What a group of statistics adds to the work that every cell has, where the job records any of it
/// (part of predict_work); zero elsewhere. Kernels and spectra that every job with kernels takes
/// are not counted for a group.
Work predict_group_work(const Job& job, Group group, const CellSpec& spec, const DataShape& shape);

/// The work of a whole grid by what it is for, in flops: "training", "kernels" (with drawing data,
/// the critical step and outputs), and each recorded group that adds to it. Largest first.
struct WorkShare {
  std::string purpose;
  double flops;
};
std::vector<WorkShare> work_by_purpose(const Job& job, const Grid& grid, const DataPool& data);

/// Predicted peak memory of a rank while it runs one cell of this kind, in bytes: data, parameters,
/// activity, kernels, spectrum workspace. Raw data files not included.
double predict_bytes(const Job& job, const CellSpec& spec, const DataShape& shape);

/// What ranks of `limit_bytes` each have together for one cell while only one of them computes: the program of each
/// stays in its memory.
double memory_of_ranks(int ranks, double limit_bytes);

/// How few ranks have this many bytes; where their programs alone fill the limit, more than there are anywhere.
int ranks_for_memory(double bytes, double limit_bytes);

}  // namespace ntksweep
