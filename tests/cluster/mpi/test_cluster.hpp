#pragma once

#include <string>

#include "ntksweep/cluster/cluster.hpp"

namespace ntksweep {

/// The cluster that main started; every rank runs the same tests in the same order.
Cluster& test_cluster(Cluster* started = nullptr);

/// A real grid of small cells for the dispatcher; what its cells do is up to the test.
struct TestSweep {
  Job job;
  Grid grid;
  DataPool data;

  explicit TestSweep(const std::string& toml)
      : job(parse_job(toml, "test.toml", {})), grid(job), data(DataPool::load(job, {})) {}

  Dispatcher dispatcher(
      const Teams& teams, std::function<bool(std::uint64_t)> is_done = [](std::uint64_t) { return false; }) {
    return {job, grid, data, std::move(is_done), teams, 1e12};
  }
};

/// 60 cells in 20 groups.
inline const char* const sixty_cells = R"(
[grid]
width = [4, 8, 16, 32]
samples = 8
step_size = [0.1, 0.2, 0.4]
seed = 5
[training]
max_steps = 10
)";

}  // namespace ntksweep
