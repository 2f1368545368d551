#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "python.hpp"
#include "small_sweep.hpp"

/// SIGKILL at any moment leaves a file that opens, in which every committed cell is whole.
namespace ntksweep {
namespace {

using test::SmallSweep;
using test::TemporaryFolder;

/// Writes all cells that are missing, a commit every few cells, and reports each commit to its parent.
[[noreturn]] void run_writer(const SmallSweep& sweep, const std::string& path, int report) {
  ResultFile file = sweep.open(path);
  std::uint64_t finished = 0;
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
    if (file.status(cell) == Status::pending) file.write(sweep.record(cell), sweep.extents, {.rank = 0, .host = "h"});
    if (cell % 3 != 2) continue;
    file.commit();
    finished = cell + 1;
    (void)!write(report, &finished, sizeof finished);
  }
  file.finish();
  _exit(0);
}

struct Outcome {
  std::uint64_t reported;  ///< cells that the writer said were committed
  bool killed;
};

Outcome kill_after(const SmallSweep& sweep, const std::string& path, std::chrono::microseconds delay) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    try {
      run_writer(sweep, path, pipe_ends[1]);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "writer: %s\n", error.what());
      _exit(1);
    }
  }
  close(pipe_ends[1]);
  std::this_thread::sleep_for(delay);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the writer failed";
  Outcome outcome{0, WIFSIGNALED(status)};
  while (read(pipe_ends[0], &outcome.reported, sizeof outcome.reported) > 0) {
  }
  close(pipe_ends[0]);
  return outcome;
}

/// Number of cells with a status; each of them must be what was written.
std::uint64_t check_committed(const SmallSweep& sweep, const std::string& path) {
  const ResultReader reader(path);
  const std::vector<Status> statuses = reader.statuses();
  std::uint64_t committed = 0;
  for (std::uint64_t cell = 0; cell < statuses.size(); ++cell) {
    if (statuses[cell] == Status::pending) continue;
    const StoredCell stored = reader.cell(cell, sweep.layout);
    EXPECT_EQ(stored.integrity, Integrity::intact) << "cell " << cell;
    EXPECT_EQ(stored.checksum, record_checksum(sweep.record(cell))) << "cell " << cell;
    EXPECT_EQ(stored.values, sweep.record(cell).values) << "cell " << cell;
    ++committed;
  }
  return committed;
}

TEST(KilledWriter, LeavesAReadableFileWithWholeCellsAtFortyRandomMoments) {
  const SmallSweep sweep(test::dense_job);
  const TemporaryFolder folder;
  std::mt19937 random(1);
  std::uint64_t before = 0;
  double longest_delay_us = 150e3;  // follows the speed of the machine, so that about every other writer is killed
  for (int file_number = 0, kills = 0; kills < 40;) {
    const std::string path = folder.file(std::to_string(file_number) + ".h5");
    const double delay_us = longest_delay_us * std::generate_canonical<double, 32>(random);
    const Outcome outcome = kill_after(sweep, path, std::chrono::microseconds(std::llround(delay_us)));
    kills += outcome.killed ? 1 : 0;
    longest_delay_us *= outcome.killed ? 1.1 : 0.9;
    const std::uint64_t committed = std::filesystem::exists(path) ? check_committed(sweep, path) : 0;
    EXPECT_GE(committed, std::max(before, outcome.reported)) << "a committed cell was lost";
    before = committed;
    if (committed == sweep.grid.size()) {
      before = 0;
      ++file_number;
    }
  }
}

TEST(KilledWriter, LeavesAFileThatH5pyOpensAndTheNextRunFinishes) {
  const SmallSweep sweep(test::dense_job);
  const TemporaryFolder folder;
  const std::string path = folder.file("out.h5");
  for (int delay = 100; !std::filesystem::exists(path) || check_committed(sweep, path) == 0; delay += 20) {
    kill_after(sweep, path, std::chrono::milliseconds(delay));
  }
  EXPECT_EQ(test::run_python("count_done.py", path), std::to_string(check_committed(sweep, path)) + "\n");
  ResultFile file = sweep.open(path);
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
    if (file.status(cell) == Status::pending) file.write(sweep.record(cell), sweep.extents, {});
  }
  file.finish();
  EXPECT_EQ(check_committed(sweep, path), sweep.grid.size());
}

}  // namespace
}  // namespace ntksweep
