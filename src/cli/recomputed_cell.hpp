#pragma once

#include <cstddef>
#include <cstdint>

#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/run_task.hpp"
#include "prepared_job.hpp"

namespace ntksweep {

/// The cell, computed by itself.
CellRun run_alone(const PreparedJob& prepared, std::uint64_t number);

/// Which values are printed, each beside that of the file.
enum class Shown { all, differences, nothing };

/// Compares a cell that was computed again with the one in the file, bit for bit, and prints values to stdout. Returns
/// how many differ, the status included. Throws InputError when its data are not what they were.
std::size_t compare(const PreparedJob& prepared, const Extents& file_extents, const StoredCell& stored,
                    const CellRun& run, Shown shown);

/// Where the cell has other bits than in the file: which kernels of the BLAS computed it there and here, and what to
/// try.
std::string why_different(const ResultReader& file, const StoredCell& stored);

/// Whether the file holds numbers to compare with.
bool has_numbers(Status status);

}  // namespace ntksweep
