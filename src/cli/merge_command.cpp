#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "ntksweep/sweep/job_union.hpp"
#include "settings_options.hpp"
#include "status_counts.hpp"
#include "stored_job.hpp"

namespace ntksweep {

namespace {

struct MergeArguments {
  std::vector<std::string> sources;
  std::string output, job;
  std::unique_ptr<SettingsOptions> settings;
};

Job job_of(const MergeArguments& arguments) {
  const std::vector<Override> overrides = arguments.settings->overrides();
  if (!arguments.job.empty()) return load_job(arguments.job, overrides);
  std::vector<Job> jobs;
  for (const std::string& source : arguments.sources) {
    const ResultReader file(source);
    jobs.push_back(parse_job(file.job_text(), file.job_origin(), file.overrides()));
  }
  Job job = union_of(jobs);
  if (overrides.empty()) return job;
  std::vector<Override> all = job.overrides;
  all.insert(all.end(), overrides.begin(), overrides.end());
  return parse_job(job.text, job.origin, all);
}

/// As a shell takes them.
std::string as_options(const std::vector<Override>& overrides) {
  std::string text;
  for (const Override& given : overrides) {
    std::string quoted = given.text;
    for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 4) quoted.replace(at, 1, "'\\''");
    text += fmt::format(" --{}='{}'", given.name, quoted);
  }
  return text;
}

int merge(const MergeArguments& arguments) {
  const PreparedJob prepared = prepare(job_of(arguments));
  const Inherited inherited = merge_result_files(arguments.sources, arguments.output, prepared.job, prepared.grid,
                                                 prepared.extents, key_of(prepared));
  StatusCounts counts;
  for (const Status status : ResultReader(arguments.output).statuses()) ++counts[status];
  fmt::print("{} cells in {} from {} file{}: {}\n", counts.total(), arguments.output, arguments.sources.size(),
             arguments.sources.size() == 1 ? "" : "s", counts.summary());
  if (inherited.damaged > 0) {
    fmt::print(stderr, "ntksweep: warning: {} cells had other bytes than were written and were left out\n",
               inherited.damaged);
  }
  for (const std::string& source : arguments.sources) {
    std::error_code ignored;
    if (!std::filesystem::exists(source + ".state", ignored)) continue;
    fmt::print(stderr, "ntksweep: note: cells in the middle of training ({}.state) begin anew in {}\n", source,
               arguments.output);
  }
  if (counts.exit_code() != exit_code::success) {
    fmt::print("{} cells have no result; to compute them: ntksweep run {} -o {}{}\n",
               counts[Status::pending] + counts.bad(), prepared.job.origin, arguments.output,
               as_options(prepared.job.overrides));
  }
  return counts.exit_code();
}

}  // namespace

void add_merge_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("merge", "Put the cells of several result files into one");
  auto arguments = std::make_shared<MergeArguments>();
  command->add_option("files", arguments->sources, "result files (HDF5): shards, or sweeps that differ in their cells")
      ->required();
  command->add_option("-o,--output", arguments->output, "the new result file")->required();
  command->add_option("--job", arguments->job,
                      "job file with all cells [the first file's job, with the axis values of all of them]");
  arguments->settings = std::make_unique<SettingsOptions>(*command);
  command->footer(
      "Examples:\n"
      "  ntksweep run job.toml -o part1.h5 --shard 1/3       on one machine; 2/3 and 3/3 on others\n"
      "  ntksweep merge part1.h5 part2.h5 part3.h5 -o all.h5\n"
      "Cells are found by their key. A cell with different results in two files is refused; one that failed in one "
      "file "
      "and has a result in another has the result.\n"
      "Exit codes: 0 every cell has a result, 3 some failed or were skipped, 75 cells are left, 2 the files do not go "
      "together.");
  command->callback([arguments, &exit_code] { exit_code = merge(*arguments); });
}

}  // namespace ntksweep
