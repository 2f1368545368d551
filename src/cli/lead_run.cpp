#include "lead_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data_check.hpp"
#include "memory_limit.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/memory_range.hpp"
#include "ntksweep/sweep/run_task.hpp"
#include "ntksweep/sweep/work.hpp"
#include "rank_warnings.hpp"
#include "recorded_times.hpp"
#include "time_limit.hpp"

namespace ntksweep {

namespace {

StatusCounts count_statuses(const ResultFile& file, std::uint64_t cells) {
  StatusCounts counts;
  for (std::uint64_t cell = 0; cell < cells; ++cell) ++counts[file.status(cell)];
  return counts;
}

double real_setting(const Job& job, std::string_view key) { return std::get<double>(job.value(key)); }

}  // namespace

TaskFunction task_function(const PreparedJob& prepared, const CrashNotes& notes) {
  return [&](const Task& task, const std::function<void(Record &&)>& commit, StateSlot& slot) {
    auto next = task.cells.begin();
    const auto note_next = [&] {
      if (next == task.cells.end()) return notes.idle();
      notes.at_work(*next, prepared.data.key(prepared.grid.cell(*next)));
      ++next;
    };
    note_next();
    const auto finish = [&](CellRun&& run) {
      commit(std::move(run.record));
      note_next();
    };
    run_task(prepared.job, prepared.grid, prepared.data, task.cells, finish, {&slot, task.states});
  };
}

LeadRun::LeadRun(Cluster& cluster, const RunRequest& request)
    : cluster_(cluster),
      output_path_(request.output_path),
      prepared_(prepare(load_job(request.job_path, request.overrides))),
      memory_limit_(memory_limit(request.memory)),
      stop_at_(stop_time(request.time_limit)),
      file_((check_memory(), check_output_folder(cluster, request.output_path, request.unseen_folder),
             renew_output(request.take_over),
             ResultFile::open_or_create(request.output_path, prepared_.job, prepared_.grid, prepared_.extents,
                                        cluster.size(), request.command_line,
                                        fmt::format("{}", fmt::join(cluster.blas_cores(), ","))))),
      counts_(count_statuses(file_, prepared_.grid.size())),
      quarantined_(request.quarantined),
      dead_cells_(find_dead_cells()),
      crash_notes_(output_path_, cluster.rank(), cluster.host(), dead_cells_.run()),
      dispatcher_(
          prepared_.job, prepared_.grid, prepared_.data, [this](std::uint64_t cell) { return is_done(cell); },
          cluster.teams(), memory_limit_),
      progress_(real_setting(prepared_.job, "progress_interval")),
      commit_interval_s_(real_setting(prepared_.job, "commit_interval")),
      saved_cells_(output_path_) {
  saved_cells_.find(prepared_, [this](std::uint64_t cell) { return file_.resumed() && !is_done(cell); });
  if (!file_.resumed()) return;
  check_data_is_the_same(prepared_, output_path_);
  if (dispatcher_.cells_left() > 0) dispatcher_.recall(prepared_.data, recorded_times(ResultReader(output_path_)));
}

double LeadRun::memory_limit(const std::string& given) const {
  return given.empty() ? node_memory().bytes / cluster_.ranks_on_this_node() : parse_bytes(given);
}

void LeadRun::check_memory() const {
  const auto smallest = memory_range(prepared_.job, prepared_.data).smallest;
  const int ranks = cluster_.teams().largest_node();
  if (smallest.bytes <= memory_of_ranks(ranks, memory_limit_)) return;
  throw InputError(fmt::format(
      "no cell of this grid fits in memory: the smallest (width {}, samples {}) needs {:.0f} bytes ({}), {}; "
      "use nodes with more memory, smaller cells, or --memory if you know better",
      smallest.width, smallest.samples, smallest.bytes, format_bytes(smallest.bytes),
      memory_text(ranks, memory_of_ranks(ranks, memory_limit_))));
}

/// A job with more cells than its output goes on in it; one whose earlier start may live goes on in a copy.
void LeadRun::renew_output(TakeOver::When take_over) const {
  const auto say = [](const std::string& line) { fmt::print(stderr, "ntksweep: {}\n", line); };
  const auto inherited = extend_result_file(output_path_, prepared_.job, prepared_.grid, prepared_.extents,
                                            key_of(prepared_), {take_over, say});
  if (!inherited) return;
  if (inherited->taken_from) {
    StateFile(output_path_).compact();
    fmt::print(stderr, "ntksweep: {} is taken over from {}, and copied: what that run may still write is lost\n",
               output_path_, *inherited->taken_from);
  } else {
    fmt::print(stderr, "ntksweep: {} is laid anew for the {} cells of this job: {} of them have results\n",
               output_path_, prepared_.grid.size(), inherited->cells);
  }
  if (inherited->damaged > 0) {
    fmt::print(stderr, "ntksweep: warning: {} cells had other bytes than were written: they are computed again\n",
               inherited->damaged);
  }
}

void LeadRun::skip_what_is_too_big() {
  for (const auto& [number, bytes, available, ranks] : dispatcher_.too_big()) {
    take_without_result(
        number, Status::skipped,
        fmt::format("needs {:.0f} bytes ({}), {}", bytes, format_bytes(bytes), memory_text(ranks, available)));
  }
}

void LeadRun::take_without_result(std::uint64_t number, Status status, std::string message) {
  const Cell cell = prepared_.grid.cell(number);
  const CellSpec spec = describe(cell);
  const RawData& raw = prepared_.data.of(spec.data);
  Record record;
  record.cell = number;
  record.key = prepared_.data.key(cell);
  record.status = status;
  record.message = std::move(message);
  record.extents = cell_extents(prepared_.job, spec, data_shape(spec.data, raw));
  record.values.assign(make_layout(selected_statistics(prepared_.job), record.extents).size, std::nan(""));
  take(std::move(record), 0, cluster_.host());
}

void LeadRun::take(Record&& record, int rank, const std::string& host) {
  --counts_[file_.status(record.cell)];
  ++counts_[record.status];
  ++new_cells_;
  ++uncommitted_;
  work_done_s_ += record.wall_time_s;
  saved_cells_.forget(record.cell);
  file_.write(record, record.extents, {rank, host});
}

/// First what is finished: after SIGTERM a launcher may give no more than a second.
void LeadRun::stop(const std::string& why) {
  file_.commit();
  saved_cells_.stop();
  progress_.end();
  fmt::print(stderr, "ntksweep: stopping ({}): saving the cells in training\n", why);
}

void LeadRun::keep(const CellState& state) {
  file_.require_lock();
  if (!is_done(state.cell)) saved_cells_.keep(state);
}

std::optional<double> LeadRun::seconds_left() const {
  if (!stop_at_) return std::nullopt;
  return std::chrono::duration<double>(*stop_at_ - std::chrono::system_clock::now()).count();
}

void LeadRun::look_at_the_clock() {
  if (const auto left = seconds_left()) dispatcher_.limit_time(std::max(0.0, *left));
}

/// Also where nothing is to be written for long: a run that was given up should not go on for hours.
void LeadRun::look_at_the_lock() {
  if (Clock::now() - lock_seen_ < std::chrono::seconds(15)) return;
  file_.require_lock();
  lock_seen_ = Clock::now();
}

void LeadRun::commit_when_due() {
  look_at_the_clock();
  look_at_the_lock();
  saved_cells_.sync();
  const double since = std::chrono::duration<double>(Clock::now() - committed_).count();
  if (uncommitted_ > 0 && since >= commit_interval_s_) {
    file_.commit();
    uncommitted_ = 0;
    committed_ = Clock::now();
  }
  if (progress_.due()) progress_.show(standing());
}

CoordinatorEvents LeadRun::events() {
  return {[this](Record&& record, int rank, const std::string& host) { take(std::move(record), rank, host); },
          [this] { commit_when_due(); },
          [this](std::uint64_t cell) { return saved_cells_.of(cell); },
          [this] { return seconds_left().value_or(1) <= 0; },
          [this](const std::string& why) { stop(why); },
          [this](CellState&& state) { keep(state); },
          real_setting(prepared_.job, "state_interval"),
          [this](const LostRank& loss) { return lose(loss); },
          real_setting(prepared_.job, "silence_limit"),
          [this](const SlowTask& task) { warn_of(task); }};
}

int LeadRun::execute() {
  warn_about_blas_cores(cluster_);
  if (dispatcher_.cells_left() > 0) warn_about_other_blas_cores(file_, output_path_);
  warn_about_cores(cluster_, most_threads(prepared_.job));
  if (file_.resumed()) {
    fmt::print(stderr, "ntksweep: {} goes on: {} of {} cells are done{}\n", output_path_,
               prepared_.grid.size() - dispatcher_.cells_left() - dispatcher_.too_big().size(), prepared_.grid.size(),
               saved_cells_.size() > 0 ? fmt::format(", {} saved in training", saved_cells_.size()) : "");
  }
  skip_what_is_too_big();
  for (const std::uint64_t cell : dead_cells_.quarantined()) quarantine(cell);
  look_at_the_clock();
  const Coordinated run = coordinate(cluster_, dispatcher_, task_function(prepared_, crash_notes_), events());
  file_.commit();
  saved_cells_.finish();
  if (const std::size_t left = saved_cells_.size(); left > 0) {
    fmt::print(stderr, "ntksweep: {} cell{} saved in the middle of training\n", left, left == 1 ? "" : "s");
  }
  file_.finish();
  progress_.end();
  if (counts_[Status::pending] == 0) dead_cells_.remove();
  print_summary(run);
  if (run.needs_abort()) end_without(run);
  if (run.ended == Ended::stopped) cluster_.leave(counts_.exit_code());
  return counts_.exit_code();
}

}  // namespace ntksweep
