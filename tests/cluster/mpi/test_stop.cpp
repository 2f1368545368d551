#include <gtest/gtest.h>
#include <mpi.h>

#include <chrono>
#include <thread>

#include "test_cluster.hpp"

namespace ntksweep {
namespace {

using namespace std::chrono_literals;

/// Too long for MPI to send before somebody takes it.
Record long_record(std::uint64_t cell) {
  Record record;
  record.cell = cell;
  record.status = Status::converged;
  record.values.resize(400000);
  return record;
}

/// Leaves its state when it is asked, and comes to its end soon after.
void ends_when_it_is_left(const Task& task, const std::function<void(Record&&)>& commit, StateSlot& slot) {
  while (!slot.is_asked()) std::this_thread::sleep_for(1ms);
  slot.leave({task.cells.front(), 1, std::vector<std::byte>(10)});
  std::this_thread::sleep_for(25ms);
  commit(long_record(task.cells.front()));
}

TEST(Stop, NothingIsSentAfterARankHasHandedInItsLast) {
  Cluster& cluster = test_cluster();
  if (cluster.rank() != 0) {
    EXPECT_EQ(work(cluster, ends_when_it_is_left), Ended::stopped);
    MPI_Barrier(MPI_COMM_WORLD);
    return;
  }
  TestSweep sweep(sixty_cells);
  Dispatcher dispatcher = sweep.dispatcher(cluster.teams());
  CoordinatorEvents events{[](Record&&, int, const std::string&) {}, [] {}};
  const auto start = std::chrono::steady_clock::now();
  events.stop_is_due = [start] { return std::chrono::steady_clock::now() - start > 50ms; };
  EXPECT_EQ(coordinate(cluster, dispatcher, ends_when_it_is_left, events).ended, Ended::stopped);
  int found = 0;
  for (int look = 0; look < 100 && !found; ++look) {
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &found, MPI_STATUS_IGNORE);
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_FALSE(found);
  MPI_Barrier(MPI_COMM_WORLD);  // only then are there letters of the next test
}

}  // namespace
}  // namespace ntksweep
