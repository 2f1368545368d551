#include "slurm_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ntksweep {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

/// Rates of processors differ by more than that, but a start that is too short costs no result: the job goes on.
constexpr double time_margin = 1.5;
/// Starting the ranks, reading the data, laying the file down, and the two minutes in which a job saves before its end.
constexpr double fixed_s = 600;
constexpr double usual_time_s = 4 * 3600, longest_time_s = 24 * 3600;
/// Predictions, the 40 MB of an idle rank among them, lie between 0.90 and 1.15 of the measured peak (bench/memory.py).
constexpr double memory_margin = 1.25;
/// Launcher, shell and the segments in /dev/shm, which count as well: 36 to 41 MB were measured of an idle rank.
constexpr double fixed_bytes = 64 * mebibyte;
/// Where nothing is said of nodes: most have these cores at least.
constexpr int usual_cores_per_node = 32;

/// Of ranks for so many seconds, each in one part of the whole.
int enough_ranks(const SlurmNeeds& needs, double time_s, int parts) {
  const double useful_s = std::max(60.0, (time_s - fixed_s) / time_margin);
  const double wanted = std::ceil(needs.rank_seconds / parts / useful_s);
  // More would wait for the longest cell, or have none.
  const double usable = std::ceil(needs.rank_seconds / parts / std::max(needs.longest_cell_s, 1e-9));
  return static_cast<int>(std::clamp(std::min({wanted, usable, std::ceil(needs.cells / parts)}), 1.0, 1e7));
}

int divided_up(int number, int by) { return (number + by - 1) / by; }

}  // namespace

SlurmRequest slurm_request(const SlurmNeeds& needs, const SlurmWishes& wishes) {
  const int parts = std::max(1, wishes.shards);
  const int ranks =
      wishes.ranks > 0 ? wishes.ranks : enough_ranks(needs, wishes.time_s > 0 ? wishes.time_s : usual_time_s, parts);
  SlurmRequest request{};
  request.cores_per_rank = needs.threads;
  request.shards = wishes.shards;
  const int usual_ranks_per_node = std::max(1, usual_cores_per_node / needs.threads);
  const bool one_node = wishes.shards > 0;
  request.nodes = one_node ? 1 : wishes.nodes;
  request.ranks_per_node = wishes.ranks_per_node;
  if (one_node && request.ranks_per_node == 0) request.ranks_per_node = std::max(1, wishes.ranks);
  if (request.nodes == 0) {
    const int most = request.ranks_per_node > 0 ? request.ranks_per_node : usual_ranks_per_node;
    request.nodes = divided_up(ranks, most);
  }
  if (request.ranks_per_node == 0) request.ranks_per_node = divided_up(ranks, request.nodes);
  request.predicted_s = std::max(needs.rank_seconds / parts / request.ranks(), needs.longest_cell_s);
  request.time_s =
      wishes.time_s > 0 ? wishes.time_s : std::min(longest_time_s, time_margin * request.predicted_s + fixed_s);
  const double bytes = wishes.rank_bytes > 0 ? wishes.rank_bytes : memory_margin * needs.cell_bytes + fixed_bytes;
  request.mebibytes_per_core = std::ceil(bytes / mebibyte / needs.threads);
  return request;
}

std::string slurm_time(double seconds) {
  const auto minutes = static_cast<long long>(std::ceil(seconds / 60));
  const std::string clock = fmt::format("{:02}:{:02}:00", minutes / 60 % 24, minutes % 60);
  return minutes < 24 * 60 ? clock : fmt::format("{}-{}", minutes / (24 * 60), clock);
}

std::string sbatch_options(const SlurmRequest& request) {
  return fmt::format("--nodes={} --ntasks-per-node={} --cpus-per-task={} --mem-per-cpu={:.0f}M --time={}",
                     request.nodes, request.ranks_per_node, request.cores_per_rank, request.mebibytes_per_core,
                     slurm_time(request.time_s));
}

}  // namespace ntksweep
