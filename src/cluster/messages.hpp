#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// What a message between ranks holds.
enum class Tag : int {
  tasks = 1,    ///< rank zero -> worker: tasks to run, in this order
  results = 2,  ///< worker -> rank zero: what came out, in the order in which it did
  stop = 3,     ///< rank zero -> worker: nothing more will come
  save = 4,     ///< rank zero -> worker: begin no further task; what is at work is left as it stands
  alive = 5,    ///< both ways: nothing else was sent for a while
  roll = 6,     ///< rank zero -> worker: say that you are there; and the answer
  leave = 7,    ///< rank zero -> worker: end alone, for a rank is lost, or the run is
  answer = 8,   ///< worker -> rank zero: what Cluster::collect asked of all
};

/// The end of a task, after its last record.
struct TaskDone {
  double busy_s;  ///< from its start to its end
};

/// What ends a run: an exception from outside any cell.
struct Failure {
  enum class Kind : std::uint8_t { input, system };
  Kind kind;
  std::string message;
};

/// A signal asked this rank to end the run.
struct StopRequest {
  int signal;
};

/// After Tag::save: the rank has handed in all that it will.
struct Saved {};

/// One thing that comes out of a rank.
using Result = std::variant<Record, TaskDone, Failure, CellState, StopRequest, Saved>;

std::vector<std::byte> encode_tasks(std::span<const Task> tasks);
std::vector<Task> decode_tasks(std::span<const std::byte> bytes);

/// Letters of about `letter_size` bytes at most, unless one result alone is longer.
std::vector<std::vector<std::byte>> encode_results(std::span<const Result> results,
                                                   std::size_t letter_size = std::size_t{64} << 20U);
std::vector<Result> decode_results(std::span<const std::byte> bytes);

/// The failure that stands for the exception being handled; call in a catch block.
Failure current_failure();

/// Throws the InputError or SystemError that the failure stands for, naming where it happened.
[[noreturn]] void throw_failure(const Failure& failure, const std::string& where);

}  // namespace ntksweep
