#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace ntksweep {

/// The ranks of a run on one machine, in ascending order, and the cores that they have there together.
struct Node {
  std::vector<int> ranks;
  int cores;
};

/// What a cell takes of a node: ranks of the smallest team that has its cores and its memory, and its threads. In the
/// order in which claims are met, the last one first.
struct Claim {
  int ranks = 1;
  int threads = 1;
  auto operator<=>(const Claim&) const = default;
};

/// Which ranks work on one cell together. A cell of T threads takes ceil(T ranks / cores) neighbours on a node, at most
/// all of them, so that it has T cores; one of a single thread takes one rank for its cores. It takes more where its
/// memory is that of more ranks. Teams of one size are fixed chunks of the node's ranks, counted from its first; what
/// is left over at its end belongs to none of that size.
class Teams {
 public:
  explicit Teams(std::vector<Node> nodes);
  /// One node with a core for each rank.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Teams(int ranks);

  int ranks() const { return static_cast<int>(places_.size()); }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node_of(int rank) const { return nodes_[places_.at(static_cast<std::size_t>(rank)).node]; }

  /// The team of this rank for such a cell, its leader first; empty where it is left over, or the node too small.
  std::span<const int> of(int rank, const Claim& claim) const;

  /// What a cell has where it takes the fewest ranks.
  struct Shape {
    int ranks;  ///< of the team
    int cores;  ///< that work on it: its threads, or all there are
  };
  /// Of the teams for cells of `threads` threads that need the memory of `memory_ranks` ranks; none where no node has
  /// so many.
  std::optional<Shape> smallest(int threads, int memory_ranks = 1) const;

  /// The most ranks that share a node.
  int largest_node() const;

 private:
  struct Place {
    std::size_t node, position;
  };

  std::vector<Node> nodes_;
  std::vector<Place> places_;  ///< by rank
};

}  // namespace ntksweep
