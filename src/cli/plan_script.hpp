#pragma once

#include <CLI/App.hpp>
#include <string>

#include "prepared_job.hpp"
#include "slurm_request.hpp"

namespace ntksweep {

/// What `ntksweep plan` was asked for a batch script.
struct ScriptArguments {
  bool wanted = false;
  SlurmWishes wishes;  ///< but for the time
  std::string time, partition, account, output;
};

/// The options --sbatch, which excludes `json`, and those that need it. `arguments` must outlive the command.
void add_script_options(CLI::App& command, CLI::Option& json, ScriptArguments& arguments);

/// What to ask Slurm for. Throws InputError for wishes that cannot be.
SlurmRequest request_of(const PreparedJob& prepared, const ScriptArguments& arguments);

/// Prints the script. Throws InputError.
void print_script(const PreparedJob& prepared, const std::string& job_path, const ScriptArguments& arguments);

}  // namespace ntksweep
