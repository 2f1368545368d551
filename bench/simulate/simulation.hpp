#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

#include "cell_times.hpp"
#include "machine.hpp"
#include "ntksweep/sweep/allotment.hpp"

namespace ntksweep::simulate {

/// What came out of a simulated run.
struct Outcome {
  double end_s = 0;        ///< until rank zero has the last record
  double busy_s = 0;       ///< of all ranks in tasks
  double rank_zero_s = 0;  ///< its main thread at work
  double store_s = 0;      ///< of that in packing and committing records
  double waited_s = 0;     ///< of all letters at rank zero, from their arrival until their turn
  double longest_wait_s = 0;
  double longest_cell_s = 0;  ///< with what it shares where it was first in its task
  std::uint64_t cells = 0, tasks = 0, letters = 0;
};

/// A run in virtual time: the real Dispatcher and Allotment decide, this moves the clock. Ranks work through the tasks
/// that they hold and send what comes out in letters; rank zero's main thread takes letters in the order in which they
/// arrive, pays for each, for its records, for the tasks that it gives and for the store, and sleeps between two looks
/// as the real one does. Where it computes too, what its main thread takes is lost for its cells, and a main thread
/// that falls behind gets only half of the core.
class Simulation {
 public:
  /// `times_of` says what each cell of the grid takes.
  using TimesOf = std::function<CellTimes(std::uint64_t cell)>;
  Simulation(const Machine& machine, TimesOf times_of, Dispatcher& dispatcher);

  Outcome run();

  /// The cells in the order in which they were through.
  const std::vector<std::uint64_t>& computed() const { return computed_; }

 private:
  static constexpr double never = std::numeric_limits<double>::infinity();
  enum class What : std::uint8_t { cell_ends, letter_leaves, grant_arrives, grant_seen, main_looks };
  struct Event {
    double time;
    std::uint64_t order;  ///< of two at one time the first that was scheduled
    What what;
    std::int32_t rank;
    std::uint32_t cells;  ///< of a grant
    bool operator>(const Event& other) const { return time != other.time ? time > other.time : order > other.order; }
  };
  /// One cell in the hands of a rank.
  struct Cell {
    std::uint64_t number;
    double task_s;  ///< predicted, of the task, with its first cell; zero with others
    bool last;
    bool first() const { return task_s > 0; }
  };
  struct Result {
    std::uint64_t cell;
    double training_s, other_s;
    bool ends_task;
  };
  struct Letter {
    double arrival;
    std::int32_t rank;
    std::vector<Result> results;
  };
  struct Rank {
    std::vector<Cell> cells = {};    ///< in the order in which they were sent
    std::size_t next = 0, here = 0;  ///< of these: the first that was not begun, and those that have arrived
    std::vector<Result> outbox = {};
    Result running = {};
    bool computing = false;
    double waiting_s = 0;     ///< predicted, of the tasks after the one at work
    double letter_s = never;  ///< when its next letter leaves
    double began_s = 0;       ///< the running cell
    double moved_s = 0;       ///< its last letter
  };

  void schedule(double time, What what, int rank, std::uint32_t cells = 0);
  void happen(const Event& event);
  void begin_cell(int rank);
  void end_cell(int rank);
  void plan_letter(int rank);
  void send_letter(int rank);
  void arrive(int rank, std::uint32_t cells);
  void see(int rank, std::uint32_t cells);
  void plan_look(double arrival, int rank);
  void look();
  double serve(const Letter& letter);
  double hand_out(const std::vector<Grant>& grants, double clock);
  double spend(double used_s, double clock);
  double commit_when_due(double clock);
  Rank& at(int rank) { return ranks_[static_cast<std::size_t>(rank)]; }

  Machine machine_;
  TimesOf times_of_;
  Allotment allotment_;
  std::vector<Rank> ranks_;
  std::vector<std::uint64_t> computed_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::deque<Letter> inbox_;  ///< of rank zero, by arrival
  double now_ = 0;
  // Of rank zero's main thread: until when it is at work, its next look, when it last had anything to do, its last
  // commit, and what it had used of the core when its compute thread last looked.
  double free_s_ = 0, look_s_ = never, moved_s_ = 0, committed_s_ = 0, used_s_ = 0;
  std::uint64_t scheduled_ = 0, uncommitted_ = 0;
  Outcome outcome_;
};

}  // namespace ntksweep::simulate
