#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "commands.hpp"
#include "exit_code.hpp"
#include "format_time.hpp"
#include "memory_limit.hpp"
#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/group_notes.hpp"
#include "ntksweep/sweep/memory_range.hpp"
#include "ntksweep/sweep/work.hpp"
#include "plan_script.hpp"
#include "prepared_job.hpp"
#include "settings_options.hpp"
#include "slurm_request.hpp"

namespace ntksweep {

namespace {

struct PlanArguments {
  std::string job_path;
  int ranks = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  int ranks_per_node = 0;  ///< 0: all on one
  std::string memory;
  bool json = false;
  ScriptArguments script;
  std::unique_ptr<SettingsOptions> settings;
};

/// What a job would cost.
struct Forecast {
  std::uint64_t cells, groups;
  int ranks;
  double core_seconds, longest_cell_s;
  MemoryRange memory;
  std::uint64_t file_bytes;
  std::vector<WorkShare> shares;
  std::vector<GroupNote> notes;
  std::vector<Dispatcher::TooBig> too_big;

  /// No schedule is shorter: the work evenly spread, or the longest cell.
  double time_s() const { return std::max(core_seconds / ranks, longest_cell_s); }
  double idle_share() const { return core_seconds > 0 ? 1 - core_seconds / (time_s() * ranks) : 0; }
};

/// One core for each rank.
Teams teams_on_nodes(int ranks, int ranks_per_node) {
  if (ranks_per_node == 0) return ranks;
  std::vector<Node> nodes;
  for (int rank = 0; rank < ranks; ++rank) {
    if (rank % ranks_per_node == 0) nodes.push_back({{}, 0});
    nodes.back().ranks.push_back(rank);
    ++nodes.back().cores;
  }
  return Teams(std::move(nodes));
}

Forecast forecast(const PreparedJob& prepared, const PlanArguments& arguments) {
  const int ranks = arguments.ranks;
  const double limit =
      arguments.memory.empty() ? std::numeric_limits<double>::infinity() : parse_bytes(arguments.memory);
  const Dispatcher dispatcher(
      prepared.job, prepared.grid, prepared.data, [](std::uint64_t) { return false; },
      teams_on_nodes(ranks, arguments.ranks_per_node), limit);
  return {prepared.grid.size(),
          prepared.grid.group_count(),
          ranks,
          dispatcher.seconds_left(),
          dispatcher.longest_task_s(),
          memory_range(prepared.job, prepared.data),
          predicted_file_bytes(prepared.job, prepared.grid, prepared.extents),
          work_by_purpose(prepared.job, prepared.grid, prepared.data),
          group_notes(prepared.job, prepared.grid),
          dispatcher.too_big()};
}

double total_flops(const std::vector<WorkShare>& shares) {
  double total = 0;
  for (const WorkShare& share : shares) total += share.flops;
  return total;
}

/// "training 80 %, kernels 15 %, linearised 5 %"
std::string shares_text(const std::vector<WorkShare>& shares) {
  std::string text;
  for (const WorkShare& share : shares) {
    const double percent = 100 * share.flops / total_flops(shares);
    text += fmt::format("{}{} {} %", text.empty() ? "" : ", ", share.purpose,
                        percent < 1 ? "below 1" : fmt::format("{:.0f}", percent));
  }
  return text;
}

std::string axes_text(const Grid& grid) {
  std::string text;
  for (const Axis& axis : grid.axes()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " x ", settings()[axis.setting].key, axis.values.size());
  }
  return grid.dense() ? text : text + "; coupled or filtered";
}

/// "in all cells" or "in 3 of 12 combinations"
std::string extent_text(const GroupNote& note) {
  return note.missing == note.cells ? "all cells" : fmt::format("{} of {} combinations", note.missing, note.cells);
}

void print_text(const Forecast& plan, const Grid& grid, const SlurmRequest& request) {
  const auto& largest = plan.memory.largest;
  fmt::print("cells     {} ({})\n", plan.cells, axes_text(grid));
  fmt::print("work      about {} of one core; the longest cell {}\n", format_time(plan.core_seconds),
             format_time(plan.longest_cell_s));
  fmt::print("          {}\n", shares_text(plan.shares));
  fmt::print(
      "time      about {} on {} ranks{}\n", format_time(plan.time_s()), plan.ranks,
      plan.idle_share() < 0.001 ? "" : fmt::format(", of which no schedule can use {:.1f} %", 100 * plan.idle_share()));
  fmt::print("memory    up to {} per cell (width {}, samples {})\n", format_bytes(largest.bytes), largest.width,
             largest.samples);
  fmt::print("file      {}\n", format_bytes(static_cast<double>(plan.file_bytes)));
  fmt::print("slurm     {}; a script: --sbatch\n", sbatch_options(request));
  if (!plan.too_big.empty()) {
    const auto& worst = *std::ranges::max_element(plan.too_big, {}, &Dispatcher::TooBig::bytes);
    fmt::print("warning   {} cells would be skipped: they need up to {}, and {}; times are without them\n",
               plan.too_big.size(), format_bytes(worst.bytes), memory_text(worst.ranks, worst.available_bytes));
  }
  for (const GroupNote& note : plan.notes) {
    fmt::print("note      {} has no values in {}: it needs {}\n", note.group, extent_text(note), note.needs);
  }
  fmt::print(
      "Times assume the rates of a typical core and that every cell takes all of its steps; a run corrects them "
      "from its first cells.\n");
}

void print_json(const Forecast& plan) {
  nlohmann::ordered_json shares;
  for (const WorkShare& share : plan.shares) shares[share.purpose] = share.flops / total_flops(plan.shares);
  const nlohmann::ordered_json json{{"cells", plan.cells},
                                    {"groups", plan.groups},
                                    {"core_hours", plan.core_seconds / 3600},
                                    {"work_shares", shares},
                                    {"ranks", plan.ranks},
                                    {"time_s", plan.time_s()},
                                    {"longest_cell_s", plan.longest_cell_s},
                                    {"unavoidable_idle_share", plan.idle_share()},
                                    {"memory_per_rank_bytes", plan.memory.largest.bytes},
                                    {"cells_too_big", plan.too_big.size()},
                                    {"file_bytes", plan.file_bytes}};
  fmt::print("{}\n", json.dump(2));
}

}  // namespace

void add_plan_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("plan", "Say what a job costs: cells, time, memory, file; nothing is run");
  auto arguments = std::make_shared<PlanArguments>();
  command->add_option("job", arguments->job_path, "job file (TOML)")->required();
  const auto* ranks =
      command->add_option("--ranks", arguments->ranks, "number of MPI ranks [the cores of this machine]")
          ->check(CLI::Range(1, 10000000));
  command->add_option("--ranks-per-node", arguments->ranks_per_node, "of these, those that share a node [all]")
      ->check(CLI::Range(1, 10000000));
  command->add_option("--memory", arguments->memory,
                      "memory per rank, as in 8G: warns of cells that no node holds [not looked at]");
  auto* json = command->add_flag("--json", arguments->json, "for scripts");
  add_script_options(*command, *json, arguments->script);
  arguments->settings = std::make_unique<SettingsOptions>(*command);
  command->footer(
      "Examples:\n"
      "  ntksweep plan jobs/double_descent.toml --ranks 64\n"
      "  ntksweep plan job.toml --grid.width='pow2(8,4096)' --json\n"
      "  ntksweep plan job.toml --sbatch --time 12h --partition long -o /scratch/me/out.h5 >job.sbatch\n"
      "  ntksweep plan job.toml --sbatch --shards 64 >job.sbatch");
  command->callback([arguments, ranks, &exit_code] {
    const PreparedJob prepared = prepare(load_job(arguments->job_path, arguments->settings->overrides()));
    const Forecast plan = forecast(prepared, *arguments);
    ScriptArguments& script = arguments->script;
    // A plan is of the ranks of this machine unless told otherwise; a script is not.
    if (ranks->count() > 0 || !script.wanted) script.wishes.ranks = arguments->ranks;
    script.wishes.ranks_per_node = arguments->ranks_per_node;
    if (!arguments->memory.empty()) script.wishes.rank_bytes = parse_bytes(arguments->memory);
    if (arguments->json) {
      print_json(plan);
    } else if (script.wanted) {
      print_script(prepared, arguments->job_path, script);
    } else {
      print_text(plan, prepared.grid, request_of(prepared, script));
    }
    exit_code = exit_code::success;
  });
}

}  // namespace ntksweep
