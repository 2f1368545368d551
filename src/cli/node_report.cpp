#include "node_report.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cmath>

#include "memory_limit.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/core/cpu.hpp"
#include "ntksweep/nn/blas_core.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "pin_blas_core.hpp"

namespace ntksweep {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;
/// A rank without a cell takes some 40 MiB; the smallest cells that anybody runs fit into the rest.
constexpr double little_memory = 128 * mebibyte;
/// Open MPI's segment for letters between ranks of a node is 4 MiB for each of them, and half as much is kept free.
constexpr double shared_memory_per_rank = 6 * mebibyte;

Finding program() {
  const BuildInfo build = build_info();
  const std::string features = built_for_cpu_features();
  return {Grade::ok,
          program_topic,
          fmt::format("{} ({}), built for {}", build.version, build.git_hash,
                      features.empty() ? "any CPU" : "CPUs with " + features),
          {}};
}

Finding blas() {
  const std::string missing = missing_instructions(blas_core());
  if (missing.empty()) return {Grade::ok, blas_topic, blas_core(), {}};
  return {Grade::problem, blas_topic, fmt::format("{}, which this CPU cannot run (it has no {})", blas_core(), missing),
          cure_of_foreign_kernels()};
}

/// "v4.1.4" in both; a build may be run with a later patch of its own series.
std::string series(const std::string& version) {
  const std::size_t v = version.find('v');
  const std::size_t dot = version.find('.', v);
  return dot == std::string::npos ? version : version.substr(0, version.find('.', dot + 1));
}

Finding mpi() {
  const LaunchFacts facts = launch_facts();
  const std::string libraries = build_info().libraries;
  const std::string built_with = libraries.substr(std::min(libraries.size(), libraries.rfind(", ") + 2));
  const std::string found = fmt::format("{} (built with {}), {}", facts.mpi, built_with,
                                        facts.pmix.empty() ? "no PMIx from a launcher" : "PMIx " + facts.pmix);
  if (built_with.empty() || series(facts.mpi) == series(built_with)) return {Grade::ok, "MPI", found, {}};
  return {Grade::warning, "MPI", found, "load the MPI that the program was built with, or build it anew with this one"};
}

Finding core_finding(int ranks, int cores) {
  const CoreLimits limits = core_limits();
  std::string found = fmt::format("{} for {} rank{} (bound to {}", cores, ranks, ranks == 1 ? "" : "s", limits.bound);
  if (std::isfinite(limits.quota)) found += fmt::format(", quota of {:.1f}", limits.quota);
  if (limits.granted > 0) found += fmt::format(", {} from Slurm", limits.granted);
  found += ")";
  if (ranks <= cores) return {Grade::ok, "cores", found, {}};
  return {Grade::warning, "cores", found,
          "cells will wait for each other: start fewer ranks on a node, or ask for more cores; mpirun binds ranks to "
          "cores unless told --bind-to none"};
}

Finding memory(int ranks) {
  const NodeMemory memory = node_memory();
  const std::string found = fmt::format("{} ({}), {} for each rank", format_bytes(memory.bytes), memory.source,
                                        format_bytes(memory.bytes / ranks));
  if (memory.bytes / ranks >= little_memory) return {Grade::ok, "memory", found, {}};
  return {Grade::warning, "memory", found, "ask for more (sbatch --mem-per-cpu), or start fewer ranks on a node"};
}

Finding shared_memory(int ranks) {
  struct statvfs facts {};
  if (statvfs("/dev/shm", &facts) != 0) {
    return {Grade::warning, "/dev/shm", "not there", "ranks of a node will talk slower: have it mounted"};
  }
  const auto block = static_cast<double>(facts.f_frsize);
  const double free = static_cast<double>(facts.f_bavail) * block;
  const std::string found =
      fmt::format("{} free of {}", format_bytes(free), format_bytes(static_cast<double>(facts.f_blocks) * block));
  if (free >= shared_memory_per_rank * ranks) return {Grade::ok, "/dev/shm", found, {}};
  return {Grade::warning, "/dev/shm", found,
          "ranks may die by SIGBUS: remove what dead programs left there, or make it larger (docker --shm-size)"};
}

}  // namespace

std::vector<Finding> look_at_node(int ranks, int cores) {
  return {program(),
          {Grade::ok, "CPU", cpu_model(), {}},
          blas(),
          mpi(),
          core_finding(ranks, cores),
          memory(ranks),
          shared_memory(ranks)};
}

}  // namespace ntksweep
