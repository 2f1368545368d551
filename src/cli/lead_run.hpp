#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "crash_notes.hpp"
#include "dead_cells.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/store/result_file.hpp"
#include "ntksweep/store/take_over.hpp"
#include "output_folder.hpp"
#include "prepared_job.hpp"
#include "progress.hpp"
#include "saved_cells.hpp"
#include "status_counts.hpp"

namespace ntksweep {

/// What the user asked of `ntksweep run`.
struct RunRequest {
  std::string job_path, output_path, memory, command_line;
  std::string time_limit;  ///< as given; empty: none
  std::vector<Override> overrides;
  Quarantined quarantined = Quarantined::stay;
  TakeOver::When take_over = TakeOver::When::given_up;
  UnseenFolder unseen_folder = UnseenFolder::is_refused_in_batch_jobs;
};

/// Cells run by their own rules; what every rank does with a task.
TaskFunction task_function(const PreparedJob& prepared, const CrashNotes& notes);

/// Rank zero's side of a run: job, result file, dispatcher and progress.
class LeadRun {
 public:
  /// Checks everything and opens the result file. Throws InputError or SystemError.
  LeadRun(Cluster& cluster, const RunRequest& request);

  const PreparedJob& prepared() const { return prepared_; }

  /// The number of this run in the list of deaths.
  std::uint64_t number() const { return dead_cells_.run(); }

  /// Runs what is missing, says what was done; returns the exit code. Where cells had to be left, tasks may still run:
  /// ends the process.
  int execute();

 private:
  double memory_limit(const std::string& given) const;
  void check_memory() const;
  void renew_output(TakeOver::When take_over) const;
  void skip_what_is_too_big();
  DeadCells find_dead_cells() const;
  bool is_done(std::uint64_t cell) const;
  std::vector<std::uint64_t> lose(const LostRank& loss);
  void quarantine(std::uint64_t cell);
  void warn_of(const SlowTask& task);
  [[noreturn]] void end_without(const Coordinated& run) const;
  void take_without_result(std::uint64_t number, Status status, std::string message);
  void take(Record&& record, int rank, const std::string& host);
  void commit_when_due();
  void look_at_the_lock();
  Standing standing() const;
  void stop(const std::string& why);
  void keep(const CellState& state);
  std::optional<double> seconds_left() const;
  void look_at_the_clock();
  std::string waiting_text() const;
  CoordinatorEvents events();
  void print_summary(const Coordinated& run) const;

  using Clock = std::chrono::steady_clock;
  Cluster& cluster_;
  std::string output_path_;
  PreparedJob prepared_;
  double memory_limit_;
  std::optional<std::chrono::system_clock::time_point> stop_at_;
  ResultFile file_;
  StatusCounts counts_;  ///< of the file
  Quarantined quarantined_;
  DeadCells dead_cells_;
  CrashNotes crash_notes_;
  Dispatcher dispatcher_;
  Progress progress_;
  double commit_interval_s_;
  SavedCells saved_cells_;
  Clock::time_point committed_ = Clock::now(), lock_seen_ = Clock::now();
  std::uint64_t new_cells_ = 0, uncommitted_ = 0;
  double work_done_s_ = 0;
};

}  // namespace ntksweep
