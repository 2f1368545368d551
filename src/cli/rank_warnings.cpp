#include "rank_warnings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ntksweep/nn/blas_core.hpp"

namespace ntksweep {

void warn_about_cores(const Cluster& cluster, int threads) {
  const Teams& teams = cluster.teams();
  const Node& node = *std::ranges::min_element(teams.nodes(), {}, &Node::cores);
  if (threads > node.cores) {
    fmt::print(
        stderr,
        "ntksweep: warning: training.threads asks for {} cores, and this run has {} on {}: lower it, or give the "
        "ranks more cores (mpirun --bind-to none, srun --cpus-per-task)\n",
        threads, node.cores, cluster.host_of(node.ranks.front()));
  }
  const auto crowded = std::ranges::find_if(
      teams.nodes(), [](const Node& here) { return static_cast<std::size_t>(here.cores) < here.ranks.size(); });
  if (crowded != teams.nodes().end()) {
    fmt::print(stderr,
               "ntksweep: warning: {} ranks on {} cores of {}: cells will wait for each other; start fewer ranks\n",
               crowded->ranks.size(), crowded->cores, cluster.host_of(crowded->ranks.front()));
  }
}

void warn_about_blas_cores(const Cluster& cluster) {
  const auto& cores = cluster.blas_cores();
  if (cores.size() < 2) return;
  fmt::print(stderr,
             "ntksweep: warning: the CPUs of this run are of several kinds ({}): a cell's last bits depend on which of "
             "them computes it; --blas-core takes the same kernels on all of them\n",
             fmt::join(cores, ", "));
}

void warn_about_other_blas_cores(const ResultFile& file, const std::string& path) {
  if (file.other_blas_cores().empty()) return;
  fmt::print(
      stderr,
      "ntksweep: warning: cells of {} were computed with the BLAS kernels {}, this run has {}: a cell's last bits "
      "depend on them; --blas-core={} goes on with the same\n",
      path, fmt::join(file.other_blas_cores(), " and "), blas_core(), file.other_blas_cores().back());
}

}  // namespace ntksweep
