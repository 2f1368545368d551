#include "node_cores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <span>
#include <utility>

#include "mpi_call.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/core/control_groups.hpp"

namespace ntksweep {

namespace {

cpu_set_t own_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  // A machine of more than 1024 cores does not fit into the set: then nobody is bound, and one core is assumed.
  if (sched_getaffinity(0, sizeof(cores), &cores) != 0) CPU_SET(0, &cores);
  return cores;
}

cpu_set_t united(std::span<const cpu_set_t> sets) {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (const cpu_set_t& set : sets) CPU_OR(&all, &all, &set);
  return all;
}

int size_of(MPI_Comm communicator) {
  int size = 1;
  check_mpi(MPI_Comm_size(communicator, &size), "MPI_Comm_size");
  return size;
}

}  // namespace

cpu_set_t NodeCores::of_team(int ranks) const {
  const auto size = static_cast<std::size_t>(ranks);
  return united(std::span(by_rank).subspan(own / size * size, size));
}

int NodeCores::count() const {
  const cpu_set_t all = united(by_rank);
  CoreLimits limits = core_limits();
  limits.bound = CPU_COUNT(&all);
  return limits.usable();
}

CoreLimits core_limits() {
  const cpu_set_t own = own_cores();
  const char* granted = std::getenv("SLURM_CPUS_ON_NODE");
  return {CPU_COUNT(&own), cores_of_groups(control_group_root, own_control_groups()),
          granted == nullptr ? 0 : std::max(0, std::atoi(granted))};
}

/// Of a fraction of a core something is left for one rank.
int CoreLimits::usable() const {
  const int by_quota = quota < bound ? std::max(1, static_cast<int>(std::lround(quota))) : bound;
  return granted > 0 ? std::min(by_quota, granted) : by_quota;
}

NodeCores gather_node_cores(MPI_Comm node) {
  int rank = 0;
  check_mpi(MPI_Comm_rank(node, &rank), "MPI_Comm_rank");
  const cpu_set_t own = own_cores();
  std::vector<cpu_set_t> all(static_cast<std::size_t>(size_of(node)));
  check_mpi(MPI_Allgather(&own, sizeof(own), MPI_BYTE, all.data(), sizeof(own), MPI_BYTE, node), "MPI_Allgather");
  return {std::move(all), static_cast<std::size_t>(rank)};
}

std::vector<Node> gather_nodes(MPI_Comm node, int cores_of_this_node) {
  int rank = 0;
  check_mpi(MPI_Comm_rank(MPI_COMM_WORLD, &rank), "MPI_Comm_rank");
  check_mpi(MPI_Bcast(&rank, 1, MPI_INT, 0, node), "MPI_Bcast");
  const std::array<int, 2> own = {rank, cores_of_this_node};
  std::vector<std::array<int, 2>> all(static_cast<std::size_t>(size_of(MPI_COMM_WORLD)));
  check_mpi(MPI_Allgather(own.data(), 2, MPI_INT, all.data(), 2, MPI_INT, MPI_COMM_WORLD), "MPI_Allgather");
  std::map<int, Node> nodes;
  for (std::size_t r = 0; r < all.size(); ++r) {
    const auto [lowest_rank, cores] = all[r];
    nodes[lowest_rank].ranks.push_back(static_cast<int>(r));
    nodes[lowest_rank].cores = cores;
  }
  std::vector<Node> list;
  for (auto& [lowest_rank, facts] : nodes) list.push_back(std::move(facts));
  return list;
}

}  // namespace ntksweep
