#include "plan_script.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <limits>

#include "batch_script.hpp"
#include "format_time.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/memory_range.hpp"
#include "time_limit.hpp"

namespace ntksweep {

namespace {

/// Each rank has the cores of its cells.
SlurmNeeds slurm_needs(const PreparedJob& prepared) {
  const int threads = most_threads(prepared.job);
  const Dispatcher dispatcher(
      prepared.job, prepared.grid, prepared.data, [](std::uint64_t) { return false; }, Teams({Node{{0}, threads}}),
      std::numeric_limits<double>::infinity());
  return {dispatcher.seconds_left(), dispatcher.longest_task_s(), static_cast<double>(prepared.grid.size()),
          memory_range(prepared.job, prepared.data).largest.bytes, threads};
}

/// What is left of a start after the time for saving is to be worth it.
double start_time_s(const std::string& text) {
  constexpr double shortest_s = 300;
  const double seconds = parse_duration(text, "--time");
  if (seconds >= shortest_s) return seconds;
  throw InputError(
      fmt::format("--time: {} is too short for a job that saves two minutes before its end; write 30m or 2h (a number "
                  "alone is seconds, where sbatch takes minutes)",
                  format_time(seconds)));
}

/// Absolute where it can be: sbatch may be typed in another folder.
std::string from_anywhere(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.string();
}

}  // namespace

void add_script_options(CLI::App& command, CLI::Option& json, ScriptArguments& arguments) {
  auto* sbatch = command.add_flag("--sbatch", arguments.wanted,
                                  "print a batch script for Slurm, ready to submit: sweep.sbatch, filled in");
  sbatch->excludes(&json);
  const auto counted = CLI::Range(1, 1000000);
  command.add_option("-o,--output", arguments.output, "in the script: result file [the job's name]")->needs(sbatch);
  auto* nodes = command.add_option("--nodes", arguments.wishes.nodes, "in the script: nodes [by time]")
                    ->check(counted)
                    ->needs(sbatch);
  command.add_option("--time", arguments.time, "in the script: longest time of a start, as 2h or D-HH:MM:SS")
      ->needs(sbatch);
  command.add_option("--partition", arguments.partition, "in the script")->needs(sbatch);
  command.add_option("--account", arguments.account, "in the script")->needs(sbatch);
  command
      .add_option("--shards", arguments.wishes.shards,
                  "a script of an array of so many parts in place of one job, without MPI between nodes")
      ->check(CLI::Range(1, 100000))
      ->needs(sbatch)
      ->excludes(nodes);
}

SlurmRequest request_of(const PreparedJob& prepared, const ScriptArguments& arguments) {
  SlurmWishes wishes = arguments.wishes;
  if (!arguments.time.empty()) wishes.time_s = start_time_s(arguments.time);
  if (static_cast<std::uint64_t>(wishes.nodes) > prepared.grid.size()) {
    throw InputError(fmt::format("--nodes: {} nodes for {} cells; take fewer", wishes.nodes, prepared.grid.size()));
  }
  if (static_cast<std::uint64_t>(wishes.shards) > prepared.grid.group_count()) {
    throw InputError(
        fmt::format("--shards: {} parts of {} groups of cells that differ in more than step size; take fewer",
                    wishes.shards, prepared.grid.group_count()));
  }
  return slurm_request(slurm_needs(prepared), wishes);
}

void print_script(const PreparedJob& prepared, const std::string& job_path, const ScriptArguments& arguments) {
  const std::string stem = std::filesystem::path(job_path).stem().string();
  const std::string output = arguments.output.empty() ? stem + ".h5" : arguments.output;
  std::error_code ignored;
  if (std::filesystem::is_directory(output, ignored)) {
    throw InputError(fmt::format("{}: is a folder; give the name of a file", output));
  }
  fmt::print("{}", batch_script({.request = request_of(prepared, arguments),
                                 .partition = arguments.partition,
                                 .account = arguments.account,
                                 .job_path = from_anywhere(job_path),
                                 .output_path = from_anywhere(output),
                                 .program_path = std::filesystem::read_symlink("/proc/self/exe", ignored).string(),
                                 .overrides = prepared.job.overrides}));
}

}  // namespace ntksweep
