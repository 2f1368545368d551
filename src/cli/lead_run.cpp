#include "lead_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data_check.hpp"
#include "exit_code.hpp"
#include "format_time.hpp"
#include "memory_limit.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/memory_range.hpp"
#include "ntksweep/sweep/run_task.hpp"
#include "recorded_times.hpp"
#include "status_names.hpp"

namespace ntksweep {

namespace {

/// A cell with a result stays; one that failed or was skipped is tried again by the next run.
bool is_done(Status status) {
  return status != Status::pending && status != Status::failed && status != Status::skipped;
}

std::array<std::uint64_t, 7> count_statuses(const ResultFile& file, std::uint64_t cells) {
  std::array<std::uint64_t, 7> counts{};
  for (std::uint64_t cell = 0; cell < cells; ++cell) ++counts[static_cast<std::size_t>(file.status(cell))];
  return counts;
}

/// Of all cells of the grid.
int most_threads(const Job& job) {
  auto most = std::get<std::int64_t>(job.value("threads"));
  for (const Axis& axis : job.axes) {
    if (axis.setting != setting_index("threads")) continue;
    most = 1;
    for (const Value& value : axis.values) most = std::max(most, std::get<std::int64_t>(value));
  }
  return static_cast<int>(most);
}

/// "a rank has 2.0 GiB" or "the 4 ranks that it takes have 8.0 GiB"
std::string memory_text(int ranks, double bytes) {
  if (ranks == 1) return fmt::format("a rank has {}", format_bytes(bytes));
  return fmt::format("the {} ranks that it takes have {}", ranks, format_bytes(bytes));
}

double real_setting(const Job& job, std::string_view key) { return std::get<double>(job.value(key)); }

}  // namespace

TaskFunction task_function(const PreparedJob& prepared) {
  return [&prepared](const Task& task, const std::function<void(Record &&)>& commit) {
    run_task(prepared.job, prepared.grid, prepared.data, task.cells,
             [&](CellRun&& run) { commit(std::move(run.record)); });
  };
}

LeadRun::LeadRun(Cluster& cluster, const RunRequest& request)
    : cluster_(cluster),
      output_path_(request.output_path),
      prepared_(prepare(load_job(request.job_path, request.overrides))),
      memory_limit_(memory_limit(request.memory)),
      file_((check_memory(), ResultFile::open_or_create(request.output_path, prepared_.job, prepared_.grid,
                                                        prepared_.extents, cluster.size(), request.command_line,
                                                        fmt::format("{}", fmt::join(cluster.blas_cores(), ","))))),
      counts_(count_statuses(file_, prepared_.grid.size())),
      dispatcher_(
          prepared_.job, prepared_.grid, prepared_.data,
          [this](std::uint64_t cell) { return is_done(file_.status(cell)); }, cluster.teams(), memory_limit_),
      progress_(real_setting(prepared_.job, "progress_interval")),
      commit_interval_s_(real_setting(prepared_.job, "commit_interval")) {
  if (!file_.resumed()) return;
  check_data_is_the_same(prepared_, output_path_);
  if (dispatcher_.cells_left() > 0) dispatcher_.recall(prepared_.data, recorded_times(ResultReader(output_path_)));
}

double LeadRun::memory_limit(const std::string& given) const {
  return given.empty() ? node_memory_bytes() / cluster_.ranks_on_this_node() : parse_bytes(given);
}

void LeadRun::check_memory() const {
  const auto smallest = memory_range(prepared_.job, prepared_.data).smallest;
  const int ranks = cluster_.teams().smallest(most_threads(prepared_.job)).ranks;
  if (smallest.bytes <= ranks * memory_limit_) return;
  throw InputError(fmt::format(
      "no cell of this grid fits in memory: the smallest (width {}, samples {}) needs {:.0f} bytes ({}), {}; "
      "use fewer ranks per node, more threads per cell, smaller cells, or --memory if you know better",
      smallest.width, smallest.samples, smallest.bytes, format_bytes(smallest.bytes),
      memory_text(ranks, ranks * memory_limit_)));
}

void LeadRun::warn_about_cores() const {
  const Teams& teams = cluster_.teams();
  const Node& node = *std::ranges::min_element(teams.nodes(), {}, &Node::cores);
  if (const int threads = most_threads(prepared_.job); threads > node.cores) {
    fmt::print(
        stderr,
        "ntksweep: warning: training.threads asks for {} cores, and this run has {} on {}: lower it, or give the "
        "ranks more cores (mpirun --bind-to none, srun --cpus-per-task)\n",
        threads, node.cores, cluster_.host_of(node.ranks.front()));
  }
  const auto crowded = std::ranges::find_if(
      teams.nodes(), [](const Node& here) { return static_cast<std::size_t>(here.cores) < here.ranks.size(); });
  if (crowded != teams.nodes().end()) {
    fmt::print(stderr,
               "ntksweep: warning: {} ranks on {} cores of {}: cells will wait for each other; start fewer ranks\n",
               crowded->ranks.size(), crowded->cores, cluster_.host_of(crowded->ranks.front()));
  }
}

void LeadRun::skip_what_is_too_big() {
  for (const auto& [number, bytes, available, ranks] : dispatcher_.too_big()) {
    const Cell cell = prepared_.grid.cell(number);
    const CellSpec spec = describe(cell);
    const RawData& raw = prepared_.data.of(spec.data);
    const Extents extents = cell_extents(prepared_.job, spec, data_shape(spec.data, raw));
    Record record;
    record.cell = number;
    record.key = prepared_.data.key(cell);
    record.status = Status::skipped;
    record.message =
        fmt::format("needs {:.0f} bytes ({}), {}", bytes, format_bytes(bytes), memory_text(ranks, available));
    record.extents = extents;
    record.values.assign(make_layout(selected_statistics(prepared_.job), extents).size, std::nan(""));
    take(std::move(record), 0, cluster_.host());
  }
}

void LeadRun::take(Record&& record, int rank, const std::string& host) {
  --counts_[static_cast<std::size_t>(file_.status(record.cell))];
  ++counts_[static_cast<std::size_t>(record.status)];
  ++new_cells_;
  ++uncommitted_;
  work_done_s_ += record.wall_time_s;
  file_.write(record, record.extents, {rank, host});
}

void LeadRun::commit_when_due() {
  const double since = std::chrono::duration<double>(Clock::now() - committed_).count();
  if (uncommitted_ > 0 && since >= commit_interval_s_) {
    file_.commit();
    uncommitted_ = 0;
    committed_ = Clock::now();
  }
  if (progress_.due()) progress_.show(standing());
}

Standing LeadRun::standing() const {
  const double left = dispatcher_.seconds_left();
  const std::uint64_t total = prepared_.grid.size();
  const auto count = [&](Status status) { return counts_[static_cast<std::size_t>(status)]; };
  return {total - count(Status::pending),
          total,
          count(Status::failed) + count(Status::skipped),
          count(Status::diverged),
          work_done_s_,
          left,
          std::max(left / cluster_.size(), dispatcher_.longest_task_s())};
}

void LeadRun::warn_about_blas_cores() const {
  const auto& cores = cluster_.blas_cores();
  if (cores.size() < 2) return;
  fmt::print(stderr,
             "ntksweep: warning: the CPUs of this run are of several kinds ({}): a cell's last bits depend on which of "
             "them computes it; --blas-core takes the same kernels on all of them\n",
             fmt::join(cores, ", "));
}

int LeadRun::execute() {
  warn_about_blas_cores();
  warn_about_cores();
  if (file_.resumed()) {
    fmt::print(stderr, "ntksweep: {} goes on: {} of {} cells are done\n", output_path_,
               prepared_.grid.size() - dispatcher_.cells_left() - dispatcher_.too_big().size(), prepared_.grid.size());
  }
  skip_what_is_too_big();
  const CoordinatorEvents events{
      [this](Record&& record, int rank, const std::string& host) { take(std::move(record), rank, host); },
      [this] { commit_when_due(); }};
  const WorkerTimes times = coordinate(cluster_, dispatcher_, task_function(prepared_), events);
  file_.commit();
  file_.finish();
  progress_.end();
  print_summary(times);
  return final_exit_code();
}

int LeadRun::final_exit_code() const {
  const auto bad = counts_[static_cast<std::size_t>(Status::failed)] +
                   counts_[static_cast<std::size_t>(Status::skipped)] +
                   counts_[static_cast<std::size_t>(Status::quarantined)];
  if (counts_[0] > 0) return exit_code::unfinished;
  return bad > 0 ? exit_code::some_cells_bad : exit_code::success;
}

void LeadRun::print_summary(const WorkerTimes& times) const {
  const double elapsed = progress_.elapsed_s();
  const double busy = std::accumulate(times.busy_s.begin(), times.busy_s.end(), 0.0);
  fmt::print("{} cells in {}: {}\n", prepared_.grid.size(), output_path_, status_summary(counts_));
  if (new_cells_ == 0) {
    fmt::print("nothing was left to do\n");
  } else {
    fmt::print("{} cells computed in {} on {} rank{}: {} of work, {:.1f} % of the time idle\n", new_cells_,
               format_time(elapsed), cluster_.size(), cluster_.size() == 1 ? "" : "s", format_time(busy),
               100 * std::max(0.0, 1 - busy / (elapsed * cluster_.size())));
  }
  fmt::print("next: ntksweep status {0}, or in Python: from ntksweep import open_sweep; ds = open_sweep(\"{0}\")\n",
             output_path_);
  if (final_exit_code() == exit_code::some_cells_bad) {
    fmt::print("the messages of failed and skipped cells: ntksweep status {}; running again tries them again\n",
               output_path_);
  }
}

}  // namespace ntksweep
