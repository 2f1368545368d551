#include "start_watch.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>

namespace ntksweep {
namespace {

/// What a process says on stderr that does this, and all that it starts.
std::string said_by(const std::function<void()>& work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    work();
    _exit(0);
  }
  close(ends[1]);
  std::string said;
  std::array<char, 256> some{};
  for (ssize_t got = 1; got > 0; said.append(some.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)))) {
    got = read(ends[0], some.data(), some.size());
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return said;
}

TEST(StartWatch, SaysItsTextWhereTheProcessEndsMeanwhile) {
  EXPECT_EQ(said_by([] {
              const StartWatch watch("it ended\n");
              _exit(1);
            }),
            "it ended\n");
}

TEST(StartWatch, SaysItsTextWhereTheProcessIsKilledMeanwhile) {
  EXPECT_EQ(said_by([] {
              const StartWatch watch("it ended\n");
              raise(SIGKILL);
            }),
            "it ended\n");
}

TEST(StartWatch, SaysNothingAfterAGoodStart) {
  EXPECT_EQ(said_by([] {
              { const StartWatch watch("it ended\n"); }
              _exit(1);
            }),
            "");
}

TEST(StartWatch, LeavesNoProcessBehind) {
  { const StartWatch watch("it ended\n"); }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(StartWatch, OfNothingStartsNoProcess) {
  const StartWatch watch("");
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

}  // namespace
}  // namespace ntksweep
