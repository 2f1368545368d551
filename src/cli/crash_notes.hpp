#pragma once

#include <cstdint>
#include <string>

namespace ntksweep {

/// While it lives, a process that dies by SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT appends the cell that it is at
/// work on to the output's list of deaths (store/death_file.hpp) and says so in one line; then the signal has its usual
/// effect. One per process. Nothing is written between cells, and nothing can be by SIGKILL.
class CrashNotes {
 public:
  /// Who this process is; `run` as in Death.
  CrashNotes(std::string output_path, int rank, std::string host, std::uint64_t run);
  ~CrashNotes();
  CrashNotes(const CrashNotes&) = delete;
  CrashNotes& operator=(const CrashNotes&) = delete;

  /// By the thread that computes, before each cell and after the last.
  void at_work(std::uint64_t cell, std::uint64_t key) const;
  void idle() const noexcept;

 private:
  std::string output_path_, host_;
  int rank_;
  std::uint64_t run_;
};

}  // namespace ntksweep
