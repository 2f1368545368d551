#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>
#include <vector>

#include "hdf5_handle.hpp"
#include "ntksweep/sweep/job.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// Opens a result file for reading. Throws InputError when it is missing, cut short, changed since it was made, no
/// result file or of another format version.
Hdf5Handle open_result_file(const std::string& path);

/// Throws InputError unless the open file is a result file of a known format version.
void require_result_file(hid_t file, const std::string& path);

/// Throws InputError naming the first cell whose status is none that this program knows: its byte has been changed.
void require_known(const std::vector<Status>& statuses, const std::string& path);

/// What helps where the file is the output of a run.
inline constexpr std::string_view give_another_output = "give another file with -o";

/// The settings of cells in which the result file at `path` differs from this job, one text for each. Throws InputError
/// with `advice` when it is of another format or numerics version, or another setting differs.
std::vector<std::string> cell_differences(const std::string& path, const Job& job, std::string_view advice);

/// Opens the result file at `path` for reading. Throws InputError unless it can be continued with this job: same format
/// and numerics version, same resolved settings (those that differ are named). Overrides may differ where the outcome
/// is the same.
Hdf5Handle open_for_job(const std::string& path, const Job& job);

}  // namespace ntksweep
