#pragma once

#include <string>

namespace ntksweep {

/// What a job needs, as predicted for ranks with all the cores that a cell takes.
struct SlurmNeeds {
  double rank_seconds;    ///< of all cells together
  double longest_cell_s;  ///< no number of ranks makes the job shorter
  double cells;
  double cell_bytes;  ///< of a rank at work on the largest cell
  int threads;        ///< cores per rank
};

/// What the user asks for; 0: left to the prediction.
struct SlurmWishes {
  int ranks = 0, nodes = 0, ranks_per_node = 0;
  int shards = 0;         ///< parts, each a job on one node; 0: one job
  double time_s = 0;      ///< of one start
  double rank_bytes = 0;  ///< memory
};

/// What to ask Slurm for. Of an array `nodes` is 1, and all but `shards` is that of a part.
struct SlurmRequest {
  int nodes, ranks_per_node, cores_per_rank, shards;
  double predicted_s;  ///< from the first cell to the last
  double time_s, mebibytes_per_core;
  int ranks() const { return nodes * ranks_per_node; }
};

/// Ranks: enough for the time, no more than the grid can use. Time: one and a half times the predicted one and ten
/// minutes, at most a day, as the job goes on after its end. Memory: a quarter more than predicted, and 64 MiB.
SlurmRequest slurm_request(const SlurmNeeds& needs, const SlurmWishes& wishes);

/// "1-02:30:00", as Slurm takes it; whole minutes, rounded up.
std::string slurm_time(double seconds);

/// "--nodes=2 --ntasks-per-node=8 --cpus-per-task=1 --mem-per-cpu=300M --time=02:00:00".
std::string sbatch_options(const SlurmRequest& request);

}  // namespace ntksweep
