#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "commands.hpp"
#include "exit_code.hpp"
#include "format_time.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/store/saved_states.hpp"
#include "ntksweep/store/writer.hpp"
#include "ntksweep/sweep/run_task.hpp"
#include "recorded_times.hpp"
#include "status_counts.hpp"
#include "stored_job.hpp"

namespace ntksweep {

namespace {

constexpr std::size_t shown_messages = 20;

struct SweepStatus {
  StatusCounts counts;
  double done_core_s = 0;
  double left_core_s = 0;
  int ranks = 1;                      ///< of the latest start
  std::optional<std::string> writer;  ///< who is writing now
  std::size_t saved_states = 0;       ///< of cells in training
  double saved_s = 0;                 ///< of training that they hold
};

/// Core seconds of the cells that are left, by what finished ones took.
double estimate_left(const PreparedJob& prepared, const ResultReader& file, const std::vector<Status>& statuses) {
  Dispatcher dispatcher(
      prepared.job, prepared.grid, prepared.data, [&](std::uint64_t cell) { return statuses[cell] != Status::pending; },
      1, std::numeric_limits<double>::infinity());
  dispatcher.recall(prepared.data, recorded_times(file));
  return dispatcher.seconds_left();
}

SweepStatus read_status(const std::string& path, const ResultReader& file, const std::vector<Status>& statuses) {
  SweepStatus status;
  for (const Status one : statuses) ++status.counts[one];
  const auto seconds = file.column("wall_time");
  for (std::size_t cell = 0; cell < statuses.size(); ++cell) {
    if (statuses[cell] != Status::pending && std::isfinite(seconds[cell])) status.done_core_s += seconds[cell];
  }
  if (status.counts[Status::pending] > 0) status.left_core_s = estimate_left(prepare_stored_job(file), file, statuses);
  status.ranks = file.ranks();
  status.writer = writer_of(path);
  for (const CellState& state : heads_of_saved_states(path, state_head_bytes)) {
    if (state.cell >= statuses.size() || statuses[state.cell] != Status::pending) continue;
    ++status.saved_states;
    status.saved_s += saved_training_s(state.bytes);
  }
  return status;
}

/// The first cells without a result, with what they left as a message.
std::vector<std::pair<std::uint64_t, StoredCell>> bad_cells(const ResultReader& file,
                                                            const std::vector<Status>& statuses) {
  const Job job = parse_job(file.job_text(), file.job_origin(), file.overrides());
  const RecordLayout layout = make_layout(selected_statistics(job), file.extents());
  std::vector<std::pair<std::uint64_t, StoredCell>> cells;
  for (std::uint64_t i = 0; i < statuses.size() && cells.size() < shown_messages; ++i) {
    if (statuses[i] >= Status::failed) cells.emplace_back(i, file.cell(i, layout));
  }
  return cells;
}

void print_text(const std::string& path, const ResultReader& file, const std::vector<Status>& statuses,
                const SweepStatus& status) {
  fmt::print("{}: {} cells: {}\n", path, statuses.size(), status.counts.summary());
  fmt::print("done      {} of one core\n", format_time(status.done_core_s));
  if (status.counts[Status::pending] > 0) {
    fmt::print("left      {} cells, about {} of one core, {} on {} rank{}{}\n", status.counts[Status::pending],
               format_time(status.left_core_s), format_time(status.left_core_s / status.ranks), status.ranks,
               status.ranks == 1 ? "" : "s", status.writer ? "" : "; run the same command again to go on");
    if (status.saved_states > 0) {
      fmt::print("saved     {} of them in the middle of training, with {} of it, go on from {}.state\n",
                 status.saved_states, format_time(status.saved_s), path);
    }
  }
  if (status.writer) fmt::print("written   by {}\n", *status.writer);
  if (status.counts.bad() == 0) return;
  for (const auto& [number, cell] : bad_cells(file, statuses)) {
    fmt::print("cell {} ({}) {}: {}\n", number, to_hex(cell.key), status_names[static_cast<std::size_t>(cell.status)],
               cell.message);
  }
  if (status.counts.bad() > shown_messages) fmt::print("... and {} more\n", status.counts.bad() - shown_messages);
}

void print_json(const std::string& path, const SweepStatus& status) {
  nlohmann::ordered_json json{{"file", path}, {"cells", status.counts.total()}};
  for (std::size_t i = 0; i < status_names.size(); ++i) {
    json[std::string(status_names[i])] = status.counts.by_status[i];
  }
  json["done_core_s"] = status.done_core_s;
  json["left_core_s"] = status.left_core_s;
  json["ranks"] = status.ranks;
  json["eta_s"] = status.left_core_s / status.ranks;
  json["writer"] = status.writer ? nlohmann::ordered_json(*status.writer) : nlohmann::ordered_json();
  json["saved_states"] = status.saved_states;
  json["saved_s"] = status.saved_s;
  fmt::print("{}\n", json.dump(2));
}

}  // namespace

void add_status_command(CLI::App& program, int& exit_code) {
  struct Arguments {
    std::string path;
    bool json = false;
  };
  auto* command = program.add_subcommand("status", "Say what a result file holds and what is left; works during a run");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("file", arguments->path, "result file (HDF5)")->required();
  command->add_flag("--json", arguments->json, "for scripts");
  command->footer(
      "Example:\n  ntksweep status out.h5\n"
      "Exit codes: 0 every cell has a result, 3 some failed, were skipped or quarantined, 75 cells are left.");
  command->callback([arguments, &exit_code] {
    const ResultReader file(arguments->path);
    const auto statuses = file.statuses();
    const SweepStatus status = read_status(arguments->path, file, statuses);
    arguments->json ? print_json(arguments->path, status) : print_text(arguments->path, file, statuses, status);
    exit_code = status.counts.exit_code();
  });
}

}  // namespace ntksweep
