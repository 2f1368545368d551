#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "ntksweep/sweep/cost_model.hpp"
#include "ntksweep/sweep/teams.hpp"

namespace ntksweep {

/// Cells [first, first + span) of a group, of which `pending` are to be done.
struct WaitingTask {
  std::uint64_t group;
  std::uint32_t first, span, pending;
};

/// The tasks that wait, by the claim of their cells and by kind. Tasks of a kind cost the same but for their number of
/// cells, so that kinds are kept in order, not tasks: a new order costs nothing where a million tasks are of a thousand
/// kinds.
class TaskQueue {
 public:
  /// Adds a task; those of a kind in the order of the grid.
  void add(std::uint32_t kind, const Claim& claim, const WaitingTask& task);

  /// Kinds of several tasks, and one in four of the others, are tried with one task before the longest go first, so
  /// that what is learned holds for all; or the longest go first at once.
  enum class First : std::uint8_t { one_of_each, longest };
  /// Puts all in order by what each kind takes. By kind.
  void arrange(std::span<const Seconds> each, First first);

  /// Whether cells of a kind may begin now.
  using MayBegin = std::function<bool(std::uint32_t kind)>;

  /// How many claims the cells have that wait and may begin.
  std::size_t claims(const MayBegin& may_begin) const;
  /// The largest of these claims; the largest below `limit` where one is given.
  std::optional<Claim> largest_claim(const std::optional<Claim>& limit, const MayBegin& may_begin) const;

  /// The kind whose turn it is among the cells of this claim; none where none waits and may begin.
  std::optional<std::uint32_t> next_kind(const Claim& claim, const MayBegin& may_begin) const;
  /// Its next task: of most cells, of equals the first in the grid.
  const WaitingTask& next_of(std::uint32_t kind) const { return kinds_[kind].tasks.back(); }
  /// Takes the next task of the kind whose turn it is, and puts back what is left of it.
  void take(std::uint32_t kind, const WaitingTask& rest);
  /// A task of a kind that is known waits (again): the first of its length.
  void put_back(std::uint32_t kind, const WaitingTask& task);

 private:
  struct Kind {
    Claim claim = {};
    bool untried = false;
    Seconds each{};
    std::vector<WaitingTask> tasks = {};  ///< the next is the last
  };
  void prepare();
  bool goes_later(std::uint32_t a, std::uint32_t b) const;

  std::vector<Kind> kinds_;
  std::map<Claim, std::vector<std::uint32_t>, std::greater<>> orders_;  ///< kinds with tasks, next is last
  First first_ = First::longest;
  bool prepared_ = false;
};

}  // namespace ntksweep
