#pragma once

#include <cstdint>
#include <string>

#include "ntksweep/cluster/cluster.hpp"

namespace ntksweep {

/// What rank zero tells the others before they compute.
enum class Announcement : std::uint8_t { nothing, look, job };

/// What is done where nodes of the run do not see the folder of the output.
enum class UnseenFolder : std::uint8_t { is_refused_in_batch_jobs, is_meant };

/// On rank zero, before the output is opened: has all ranks look for a small file beside it (each of them calls
/// `answer_look`), and says which nodes do not see it: InputError in a batch job, a warning elsewhere. Tries what the
/// lock needs of the file system: a warning where links or flock are refused, SystemError where nothing can be renamed
/// or dated, or nothing answers.
void check_output_folder(Cluster& cluster, const std::string& output_path, UnseenFolder unseen);

/// On another rank, after Announcement::look with this text.
void answer_look(Cluster& cluster, const std::string& output_path, const std::string& suffix);

}  // namespace ntksweep
