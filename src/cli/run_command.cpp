#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "lead_run.hpp"
#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "output_folder.hpp"
#include "pin_blas_core.hpp"
#include "report_error.hpp"
#include "settings_options.hpp"

namespace ntksweep {

namespace {

/// What rank zero tells the others when it has read the job: that, and the number of the run, or that there is none.
std::vector<std::byte> announcement(const LeadRun* run) {
  ByteWriter bytes;
  bytes.put(run == nullptr ? Announcement::nothing : Announcement::job);
  if (run != nullptr) {
    bytes.put_span(std::span<const std::byte>(to_bytes(run->prepared())));
    bytes.put(run->number());
  }
  return std::move(bytes).take();
}

int work_on(Cluster& cluster, const std::string& output_path, ByteReader& reader) {
  const PreparedJob prepared = prepared_from_bytes(reader.get_vector<std::byte>());
  const CrashNotes notes(output_path, cluster.rank(), cluster.host(), reader.get<std::uint64_t>());
  const auto seconds = [&](const char* setting) { return std::get<double>(prepared.job.value(setting)); };
  try {
    const Ended ended =
        work(cluster, task_function(prepared, notes), seconds("state_interval"), seconds("silence_limit"));
    // Rank zero has the exit code: what was handed in last may have been all that was left.
    if (ended == Ended::stopped) cluster.leave(exit_code::success);
    if (ended == Ended::cut_off) cluster.quit(exit_code::success);
  } catch (...) {
    // A task may still run, and reads what is here.
    cluster.abort(report_current_error());
  }
  return exit_code::success;
}

int follow(Cluster& cluster, const RunRequest& request) {
  while (true) {
    const auto bytes = cluster.broadcast({});
    ByteReader reader(bytes);
    const auto announced = reader.get<Announcement>();
    // Rank zero has said what is wrong, and its exit code is the launcher's.
    if (announced == Announcement::nothing) return exit_code::success;
    if (announced == Announcement::job) return work_on(cluster, request.output_path, reader);
    answer_look(cluster, request.output_path, reader.get_text());
  }
}

int lead(Cluster& cluster, const RunRequest& request) {
  std::unique_ptr<LeadRun> run;
  try {
    run = std::make_unique<LeadRun>(cluster, request);
  } catch (...) {
    const int code = report_current_error();
    cluster.broadcast(announcement(nullptr));
    return code;
  }
  cluster.broadcast(announcement(run.get()));
  try {
    return run->execute();
  } catch (...) {
    // The other ranks are at work and would not hear a polite word.
    cluster.abort(report_current_error());
  }
}

int run_sweep(const RunRequest& request) {
  int argc = 0;
  char** argv = nullptr;
  Cluster cluster(argc, argv);
  return cluster.rank() == 0 ? lead(cluster, request) : follow(cluster, request);
}

/// As the shell gave it, for the provenance of the result file.
std::string own_command_line() {
  std::ifstream file("/proc/self/cmdline");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  for (char& c : text) c = c == '\0' ? ' ' : c;
  return text;
}

void add_short_form(std::string_view option, const Override& setting, std::vector<Override>& overrides) {
  if (std::ranges::find(overrides, setting.name, &Override::name) != overrides.end()) {
    throw InputError(fmt::format("{} is short for --{}, and both are given; leave one out", option, setting.name));
  }
  overrides.push_back(setting);
}

struct RunArguments {
  RunRequest request;
  int threads = 0;
  std::string blas_core, shard;
  std::unique_ptr<SettingsOptions> settings;
};

}  // namespace

void add_run_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("run", "Run the cells of a job that its output does not hold yet");
  auto arguments = std::make_shared<RunArguments>();
  auto& request = arguments->request;
  command->add_option("job", request.job_path, "job file (TOML)")->required();
  command->add_option("-o,--output", request.output_path, "result file (HDF5); where it exists the run goes on")
      ->required();
  command->add_option("--threads", arguments->threads, "threads per cell: short for --training.threads")
      ->check(CLI::Range(1, 1024));
  command->add_option("--shard", arguments->shard,
                      "only the I-th of N parts of the grid, as 2/8: short for --grid.shard; see ntksweep merge");
  command->add_option("--memory", request.memory, "memory per rank, as in 8G [the node's, shared by its ranks]");
  command->add_option("--time-limit", request.time_limit,
                      "stop in time for this: seconds, 30m, 2h, HH:MM:SS, D-HH:MM:SS [the end of the Slurm job]");
  command->add_flag_callback(
      "--retry-quarantined", [&request] { request.quarantined = Quarantined::are_tried_again; },
      "try cells again at which two processes died, and forget the deaths");
  command->add_flag_callback(
      "--take-over", [&request] { request.take_over = TakeOver::When::at_once; },
      "go on although another host holds the lock: for a run that is cut off or gone");
  command->add_flag_callback(
      "--local-output", [&request] { request.unseen_folder = UnseenFolder::is_meant; },
      "the output's folder is on purpose one node's own: the batch script copies it afterwards");
  command->add_option("--blas-core", arguments->blas_core,
                      "kernels of OpenBLAS for all ranks, as Haswell: the same bits on different CPUs [by CPU]");
  arguments->settings = std::make_unique<SettingsOptions>(*command);
  command->footer(
      "Examples:\n"
      "  ntksweep run jobs/quickstart.toml -o out.h5\n"
      "  mpirun -n 4 ntksweep run job.toml -o out.h5 --grid.width='pow2(8,1024)' --grid.seed=10\n"
      "  srun --mpi=pmix ntksweep run job.toml -o out.h5 --model.activation=relu,tanh\n"
      "Run the same command again after a kill, a crash or a time limit: finished cells stay as they are.");
  command->callback([arguments, &exit_code] {
    pin_blas_core(arguments->blas_core);
    arguments->request.overrides = arguments->settings->overrides();
    auto& overrides = arguments->request.overrides;
    if (arguments->threads > 0) {
      add_short_form("--threads", {"training.threads", std::to_string(arguments->threads)}, overrides);
    }
    if (!arguments->shard.empty()) add_short_form("--shard", {"grid.shard", arguments->shard}, overrides);
    arguments->request.command_line = own_command_line();
    exit_code = run_sweep(arguments->request);
  });
}

}  // namespace ntksweep
