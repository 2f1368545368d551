#pragma once

#include <mpi.h>
#include <sched.h>

#include <cstddef>
#include <vector>

#include "ntksweep/sweep/teams.hpp"

namespace ntksweep {

/// The cores of each rank on this node (those its launcher bound it to), as the system numbers them.
struct NodeCores {
  std::vector<cpu_set_t> by_rank;  ///< in the order of the node's ranks
  std::size_t own;                 ///< position of this rank among them

  /// Of this rank's team of `ranks` ranks, as Teams::of has it.
  cpu_set_t of_team(int ranks) const;
  int count() const;
};

/// Collective over the ranks of the node.
NodeCores gather_node_cores(MPI_Comm node);

/// All nodes of the run with their ranks and the cores that those may use together, by the lowest rank on each.
/// `node` are the ranks of this one. Collective over MPI_COMM_WORLD.
std::vector<Node> gather_nodes(MPI_Comm node, int cores_of_this_node);

}  // namespace ntksweep
