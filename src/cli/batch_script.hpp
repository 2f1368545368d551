#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/sweep/job.hpp"
#include "slurm_request.hpp"

namespace ntksweep {

/// What a batch script is filled in with.
struct BatchScript {
  SlurmRequest request;
  std::string partition, account;  ///< empty: left to the site
  std::string job_path, output_path, program_path;
  std::vector<Override> overrides;  ///< settings of the command line
};

/// slurm/sweep.sbatch, or slurm/array.sbatch where the request has shards, filled in. Throws InputError where partition
/// or account are no names, std::logic_error where the script lacks a line that is to be filled in.
std::string batch_script(const BatchScript& script);

/// The text with each line that begins as one of these, the only one that does, replaced. std::logic_error where there
/// is none, or more.
struct NewLine {
  std::string_view prefix;
  std::string line;
};
std::string with_lines(std::string_view text, const std::vector<NewLine>& lines);

/// The text as one word of the shell, whatever is in it: in single quotes.
std::string shell_quoted(std::string_view text);

}  // namespace ntksweep
