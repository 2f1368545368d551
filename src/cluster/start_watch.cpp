#include "start_watch.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace ntksweep {

namespace {

/// The end of the pipe's other side without a byte before it is the end of the process that is watched.
[[noreturn]] void watch(int pipe_end, const std::string& text) {
  // What ends the others (Ctrl-C, the launcher) must not end this one before it has spoken; it lives a moment longer.
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, SIG_IGN);
  char byte = 0;
  ssize_t got = 0;
  do got = read(pipe_end, &byte, 1);
  while (got < 0 && errno == EINTR);
  if (got == 0) static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
  _exit(EXIT_SUCCESS);
}

}  // namespace

StartWatch::StartWatch(std::string text) {
  std::array<int, 2> ends{};
  if (text.empty() || pipe2(ends.data(), O_CLOEXEC) != 0) return;
  watcher_ = fork();
  if (watcher_ == 0) {
    close(ends[1]);
    watch(ends[0], text);
  }
  close(ends[0]);
  pipe_end_ = ends[1];
}

StartWatch::~StartWatch() {
  if (pipe_end_ < 0) return;
  static_cast<void>(!write(pipe_end_, "", 1));
  close(pipe_end_);
  if (watcher_ > 0) waitpid(watcher_, nullptr, 0);
}

}  // namespace ntksweep
