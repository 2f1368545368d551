#include "ntksweep/cluster/cluster.hpp"

#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <thread>

#include "backoff.hpp"
#include "launcher.hpp"
#include "messages.hpp"
#include "mpi_call.hpp"
#include "node_cores.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/blas_core.hpp"
#include "start_watch.hpp"
#include "stop_signals.hpp"
#include "team_cores.hpp"

namespace ntksweep {

namespace {

constexpr std::uint64_t largest_piece = 1U << 30U;  // MPI counts with an int
/// Letters to lost ranks may never leave.
constexpr auto longest_farewell = std::chrono::milliseconds(500);
constexpr auto farewell_look = std::chrono::milliseconds(5);
constexpr auto longest_start = std::chrono::seconds(600);

const char* from_environment(const char* name) { return std::getenv(name); }

/// All processes find the same; the launcher may end the rest with the first that goes, so that one goes last.
[[noreturn]] void refuse_launch(const std::string& problem) {
  if (is_first_process()) throw SystemError(problem);
  std::this_thread::sleep_for(2 * longest_farewell);
  std::_Exit(EXIT_FAILURE);
}

void start_mpi(int& argc, char**& argv) {
  if (const auto problem = step_without_pmi(from_environment)) refuse_launch(*problem);
  if (is_lone_step(from_environment)) {
    unsetenv("SLURM_STEPID");
    unsetenv("SLURM_STEP_ID");
  }
  const StartWatch watch(failed_start_text(from_environment));
  int provided = MPI_THREAD_SINGLE;
  check_mpi(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  if (provided < MPI_THREAD_FUNNELED) {
    throw SystemError("this MPI allows no threads at all (MPI_THREAD_FUNNELED is needed; try another MPI)");
  }
}

std::string processor_name() {
  std::string name(MPI_MAX_PROCESSOR_NAME, '\0');
  int length = 0;
  check_mpi(MPI_Get_processor_name(name.data(), &length), "MPI_Get_processor_name");
  name.resize(static_cast<std::size_t>(length));
  return name;
}

/// What each rank says, by rank; cut to the length of a processor name.
std::vector<std::string> gather(std::string own, int size) {
  constexpr std::size_t length = MPI_MAX_PROCESSOR_NAME;
  own.resize(length);
  own.back() = '\0';
  std::vector<char> all(length * static_cast<std::size_t>(size), '\0');
  check_mpi(MPI_Allgather(own.data(), length, MPI_CHAR, all.data(), length, MPI_CHAR, MPI_COMM_WORLD), "MPI_Allgather");
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < static_cast<std::size_t>(size); ++r) texts.emplace_back(&all[r * length]);
  return texts;
}

/// A rank that dies before all are there leaves the others waiting in MPI for ever, where the launcher does not end
/// them.
class StartLimit {
 public:
  StartLimit() {
    std::signal(SIGALRM, [](int) {
      constexpr std::string_view text =
          "ntksweep: MPI did not start within ten minutes: a rank died before all were there, or they do not find each "
          "other; run the same command again\n";
      static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
      _exit(EXIT_FAILURE);
    });
    alarm(static_cast<unsigned>(longest_start.count()));
  }
  ~StartLimit() {
    alarm(0);
    std::signal(SIGALRM, SIG_DFL);
  }
  StartLimit(const StartLimit&) = delete;
  StartLimit& operator=(const StartLimit&) = delete;
};

bool is_told_to_leave() {
  int found = 0;
  check_mpi(MPI_Iprobe(0, static_cast<int>(Tag::leave), MPI_COMM_WORLD, &found, MPI_STATUS_IGNORE), "MPI_Iprobe");
  return found != 0;
}

}  // namespace

Cluster::Cluster(int& argc, char**& argv) : stop_signals_(std::make_shared<StopSignals>()) {
  const StartLimit limit;
  start_mpi(argc, argv);
  check_mpi(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
  if (const auto problem = launcher_mismatch(size_, from_environment)) {
    MPI_Finalize();
    refuse_launch(*problem);
  }
  look_at_nodes();
  hosts_ = gather(processor_name(), size_);
  const auto cores = gather(blas_core(), size_);
  blas_cores_ = {cores.begin(), cores.end()};
}

void Cluster::look_at_nodes() {
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node), "MPI_Comm_split_type");
  node_cores_ = std::make_shared<const NodeCores>(gather_node_cores(node));
  teams_ = Teams(gather_nodes(node, node_cores_->count()));
  check_mpi(MPI_Comm_free(&node), "MPI_Comm_free");
}

TaskFunction Cluster::on_cores_of_team(TaskFunction run) const {
  // The thread that computes may outlive this object.
  return [node = node_cores_, run = std::move(run)](const Task& task, const std::function<void(Record &&)>& commit,
                                                    StateSlot& slot) {
    const TeamCores cores(node->of_team(task.ranks), node->of_team(1));
    run(task, commit, slot);
  };
}

Cluster::~Cluster() {
  if (std::uncaught_exceptions() > 0 && size_ > 1) abort(EXIT_FAILURE);
  MPI_Finalize();
}

/// Waits with sleeps: rank zero may read files for a long time before it sends anything. A rank between it and this one
/// may have died.
void Cluster::broadcast_piece(void* data, std::uint64_t size) const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibcast(data, static_cast<int>(size), MPI_BYTE, 0, MPI_COMM_WORLD, &request), "MPI_Ibcast");
  const auto start = std::chrono::steady_clock::now();
  Backoff backoff(Backoff::Time(20));
  for (int complete = 0;;) {
    check_mpi(MPI_Test(&request, &complete, MPI_STATUS_IGNORE), "MPI_Ibcast");
    if (complete) return;
    if (rank_ != 0 && is_told_to_leave()) quit(EXIT_SUCCESS);
    if (rank_ == 0 && std::chrono::steady_clock::now() - start > longest_start) {
      throw SystemError("the job did not reach all ranks within ten minutes: one of them died; run again");
    }
    std::this_thread::sleep_for(backoff.next(Backoff::Time(1000)));
  }
}

std::vector<std::byte> Cluster::broadcast(std::vector<std::byte> bytes) const {
  std::uint64_t size = bytes.size();
  broadcast_piece(&size, sizeof size);
  bytes.resize(size);
  for (std::uint64_t first = 0; first < size; first += largest_piece) {
    broadcast_piece(bytes.data() + first, std::min(largest_piece, size - first));
  }
  return bytes;
}

void Cluster::leave(int exit_code) const {
  MPI_Finalize();
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

/// Where the launcher leaves it to the ranks, MPI_Abort ends nobody else.
void Cluster::tell_all_to_leave() const {
  std::vector<MPI_Request> letters(static_cast<std::size_t>(size_), MPI_REQUEST_NULL);
  for (int rank = 1; rank < size_; ++rank) {
    MPI_Isend(nullptr, 0, MPI_BYTE, rank, static_cast<int>(Tag::leave), MPI_COMM_WORLD,
              &letters[static_cast<std::size_t>(rank)]);
  }
  int all_sent = 0;
  for (int look = 0; look < longest_farewell / farewell_look && !all_sent; ++look) {
    if (MPI_Testall(size_, letters.data(), &all_sent, MPI_STATUSES_IGNORE) != MPI_SUCCESS) return;
    std::this_thread::sleep_for(farewell_look);
  }
}

void Cluster::quit(int exit_code) const {
  std::this_thread::sleep_for(2 * longest_farewell);
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

void Cluster::abort(int exit_code) const {
  if (rank_ == 0 && size_ > 1) tell_all_to_leave();
  std::fflush(nullptr);
  // A thread may still be computing: nothing may be destroyed under its feet, so no std::exit.
  if (size_ > 1) MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);
}

}  // namespace ntksweep
