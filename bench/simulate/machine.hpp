#pragma once

#include <chrono>

namespace ntksweep::simulate {

/// Whether rank zero's main thread shares a core with its compute thread, as in a run with one core per rank, or has
/// one to itself.
enum class MainThread { shares_core, has_core };

/// Sleeps between two looks into the postbox, as in src/cluster/backoff.hpp; none where `longest` is zero.
struct Sleeps {
  std::chrono::microseconds shortest, longest;
};

/// What the machine and rank zero's real code paths take; seconds and bytes. measure_costs prints what this machine
/// takes for those of rank zero.
struct Machine {
  // The network: latency of a letter, and the rate at which rank zero takes letters in.
  double latency_s = 5e-6;
  double bytes_per_s = 5e9;
  // Rank zero's main thread.
  double receive_letter_s = 5e-6;  ///< probe, receive
  double record_s = 1e-7;          ///< decode one record
  double task_s = 3.5e-7;          ///< choose one task, encode it, book its end
  double send_letter_s = 5e-6;
  double store_record_s = 15e-6;  ///< pack a record and write it with the next commit
  double commit_s = 10e-3;        ///< beside that: waiting for the disk, twice
  double commit_interval_s = 1.0;
  // A worker: from the end of a cell to the letter on its way.
  double worker_letter_s = 50e-6;
  double record_bytes = 600;
  // Between two looks of a worker while tasks wait: a part of what they take, at most this (src/cluster/work.cpp).
  double looks_per_queue = 4, busy_look_s = 0.05;
  MainThread main_thread = MainThread::shares_core;
  // src/cluster/coordinate.cpp, and src/cluster/work.cpp for a worker without a task.
  Sleeps rank_zero{std::chrono::milliseconds(1), std::chrono::milliseconds(10)};
  Sleeps worker{std::chrono::microseconds(50), std::chrono::milliseconds(1)};
};

/// A machine on which nothing but cells takes time.
inline Machine instant_machine() {
  constexpr Sleeps none{std::chrono::microseconds(0), std::chrono::microseconds(0)};
  return {0, 1e300, 0, 0, 0, 0, 0, 0, 1e300, 0, 0, 1, 0, MainThread::has_core, none, none};
}

}  // namespace ntksweep::simulate
