#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// Runs the cells of one task, in their order, and hands over each record; leaves the state of the cell at work in
/// `slot` when asked there. Called on a thread of its own that makes no MPI call.
using TaskFunction =
    std::function<void(const Task& task, const std::function<void(Record&&)>& commit, StateSlot& slot)>;

struct NodeCores;

/// MPI, started and ended. One process without a launcher is a cluster of one. While it lives SIGINT, SIGTERM and
/// SIGUSR1 are noted for `coordinate` and `work` and end nothing by themselves, but for a second SIGINT. All calls come
/// from the main thread (MPI_THREAD_FUNNELED).
class Cluster {
 public:
  /// Throws SystemError when MPI does not start, or when a launcher started several processes that
  /// MPI takes for clusters of one each: on the first of them; the others end with exit code 1, a second later.
  Cluster(int& argc, char**& argv);
  /// Ends MPI together with all other ranks. An exception that unwinds past it ends all ranks at
  /// once with exit code 1, as the others may be waiting: catch and report within its lifetime.
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  int ranks_on_this_node() const { return static_cast<int>(teams_.node_of(rank_).ranks.size()); }
  /// Which ranks share a node, and the cores that they have there.
  const Teams& teams() const { return teams_; }
  const std::string& host() const { return hosts_.at(static_cast<std::size_t>(rank_)); }
  const std::string& host_of(int rank) const { return hosts_.at(static_cast<std::size_t>(rank)); }

  /// The different families of BLAS kernels in use, one for each kind of CPU among the ranks.
  const std::set<std::string>& blas_cores() const { return blas_cores_; }

  /// Every rank gets rank zero's bytes. Any length. Waits without spinning.
  std::vector<std::byte> broadcast(std::vector<std::byte> bytes) const;

  /// Rank zero gets what every rank says, by rank; nothing of one that has not answered in time. Others get nothing, and
  /// go on when their letter is on its way, or the time is over. All ranks give the same limit. Waits without spinning.
  std::vector<std::optional<std::vector<std::byte>>> collect(std::vector<std::byte> own,
                                                             std::chrono::seconds limit);

  /// Ends all ranks at once with this exit code, also where some are lost. Where the launcher lets a job survive a dead
  /// rank (mpirun --enable-recovery), the others end by themselves, and what its own exit code is, is its own affair.
  [[noreturn]] void abort(int exit_code) const;

  /// Ends this process alone, without MPI_Finalize, which would wait for ranks that are lost. After a second: rank zero
  /// is to end first, so that its exit code is the launcher's.
  [[noreturn]] void quit(int exit_code) const;

  /// Ends this process with the others, as the destructor does, and with this exit code; a task may still be computing,
  /// so nothing is destroyed.
  [[noreturn]] void leave(int exit_code) const;

  /// The function, run on the cores of all ranks that a task takes.
  TaskFunction on_cores_of_team(TaskFunction run) const;

 private:
  void look_at_nodes();
  void tell_all_to_leave() const;
  void broadcast_piece(void* data, std::uint64_t size) const;

  std::shared_ptr<const void> stop_signals_;
  int rank_ = 0, size_ = 1;
  std::uint32_t rounds_ = 0;  ///< of `collect`
  std::shared_ptr<const NodeCores> node_cores_;
  Teams teams_ = 1;
  std::vector<std::string> hosts_;  ///< by rank
  std::set<std::string> blas_cores_;
};

/// Whether this is the process that speaks where all processes of a launcher say the same; also before MPI is up.
bool is_first_process();

/// What the launcher and MPI say of this run: "mpirun", "srun --mpi=pmix" or "no launcher"; "Open MPI v4.1.4"; the PMIx
/// of the launcher, as "4.2.2", empty where there is none. Need no Cluster.
struct LaunchFacts {
  std::string launcher, mpi, pmix;
};
LaunchFacts launch_facts();

/// Cores that this process may use, as the launcher or the system bound it; those that a quota of its control group
/// leaves it (infinite: no quota); and those that Slurm gave the job on this node (0: it says nothing).
struct CoreLimits {
  int bound;
  double quota;
  int granted;
  int usable() const;
};
CoreLimits core_limits();

/// How long a rank may be silent before its cells go to others.
inline constexpr double usual_silence_s = 30;

/// A rank from which nothing more is expected.
struct LostRank {
  int rank;
  double silent_s;
  std::vector<std::uint64_t> cells;  ///< that it had not finished; it was at work on the first
};

/// A rank that answers, but whose task takes ten times as long as predicted, and some minutes.
struct SlowTask {
  int rank;
  std::vector<std::uint64_t> cells;  ///< that the rank had not finished; it is at work on the first
  double elapsed_s, predicted_s;     ///< of the task
};

/// What rank zero does with what comes in.
struct CoordinatorEvents {
  std::function<void(Record&& record, int rank, const std::string& host)> record;
  std::function<void()> idle;  ///< at least a few times a second: commit, progress
  /// What a cell was left in last, by an earlier run or a rank of this one; nothing where it begins anew. May be empty,
  /// as the rest.
  std::function<std::optional<CellState>(std::uint64_t cell)> state_of = {};
  std::function<bool()> stop_is_due = {};                     ///< by the clock
  std::function<void(const std::string& why)> stopping = {};  ///< records so far are in; states follow
  std::function<void(CellState&& state)> state = {};  ///< of a cell in its training, now and then and at the stop
  double state_interval_s = 0;                        ///< between two states of a rank; 0: at the stop only
  /// Which of the cells of a lost rank are not to be given to another: they count as finished.
  std::function<std::vector<std::uint64_t>(const LostRank& loss)> lost = {};
  double silence_limit_s = usual_silence_s;             ///< the same on all ranks
  std::function<void(const SlowTask& task)> slow = {};  ///< once for each such task
};

/// Whether a rank had to leave cells that it had been given, or was told that a rank is lost.
enum class Ended { finished, stopped, cut_off };

struct Coordinated {
  std::vector<double> busy_s;  ///< seconds in finished tasks per rank, for the idle share
  Ended ended = Ended::finished;
  int silent = 0;         ///< ranks that did not hand in what they had when they were to stop
  std::vector<int> lost;  ///< ranks that were given up before
  bool needs_abort() const { return silent > 0 || !lost.empty(); }  ///< MPI_Finalize would not end: Cluster::abort
};

/// Rank zero: gives out tasks until none are left and every record is in; computes too. SIGINT, SIGTERM or SIGUSR1 at
/// any rank, or events.stop_is_due, end it early: within some seconds all ranks hand in what they have finished and the
/// state of the cell in training. Then tasks may still run: end with Cluster::leave. A rank that is silent for longer
/// than events.silence_limit_s is lost, whatever became of it: its cells go to others, and what it may send later is
/// dropped. Rank zero remains. Where Coordinated::needs_abort end with Cluster::abort. An exception that leaves the
/// task function on any rank is thrown here, as the InputError or SystemError that it was, naming the rank; those of
/// `events` pass through. After an exception the other ranks still wait and a task may still run here: report it, then
/// call Cluster::abort while all that the task function refers to exists.
Coordinated coordinate(Cluster& cluster, Dispatcher& dispatcher, const TaskFunction& run,
                       const CoordinatorEvents& events);

/// All other ranks: take tasks until told to stop, and send the state of the cell in training every `state_interval_s`
/// seconds (0: never). Exceptions of the task function travel to rank zero, which ends the run. After `stopped` end
/// with Cluster::leave, after `cut_off` with Cluster::quit. A rank that hears nothing of rank zero for twenty times
/// `silence_limit_s` is cut off, too, and says so on stderr.
Ended work(Cluster& cluster, const TaskFunction& run, double state_interval_s = 0,
           double silence_limit_s = usual_silence_s);

}  // namespace ntksweep
