#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ntksweep {

/// The ranks of a run on one machine, in ascending order, and the cores that they have there together.
struct Node {
  std::vector<int> ranks;
  int cores;
};

/// Which ranks work on one cell together. A cell of T threads takes ceil(T ranks / cores) neighbours on a node, at most
/// all of them, so that it has T cores; one of a single thread always takes one rank. Teams of one size are fixed
/// chunks of the node's ranks, counted from its first; what is left over at its end belongs to none of that size.
class Teams {
 public:
  explicit Teams(std::vector<Node> nodes);
  /// One node with a core for each rank.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Teams(int ranks);

  int ranks() const { return static_cast<int>(places_.size()); }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node_of(int rank) const { return nodes_[places_.at(static_cast<std::size_t>(rank)).node]; }

  /// The team of this rank for cells of `threads` threads, its leader first; empty for one that is left over.
  std::span<const int> of(int rank, int threads) const;

  /// What a cell has where it has least.
  struct Shape {
    int ranks;  ///< of the team
    int cores;  ///< that work on it: its threads, or all there are
  };
  Shape smallest(int threads) const;

 private:
  struct Place {
    std::size_t node, position;
  };

  std::vector<Node> nodes_;
  std::vector<Place> places_;  ///< by rank
};

}  // namespace ntksweep
