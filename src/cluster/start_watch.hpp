#pragma once

#include <string>

namespace ntksweep {

/// Says the text on stderr, by a process of its own, where this process ends while the object lives: MPI ends a process
/// that it cannot start by _exit, past everything that this one could do itself. An empty text: nothing is watched.
class StartWatch {
 public:
  explicit StartWatch(std::string text);
  ~StartWatch();  ///< the start went well
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;

 private:
  int pipe_end_ = -1;
  int watcher_ = -1;
};

}  // namespace ntksweep
