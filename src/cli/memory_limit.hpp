#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ntksweep {

/// "8G", "512M", "1.5e9" -> bytes (K, M, G, T are powers of 1024). Throws InputError, also below 1 MiB: a unit is
/// missing.
double parse_bytes(std::string_view text);

/// "1.5 GiB".
std::string format_bytes(double bytes);

/// "a rank has 2.0 GiB" or "all 4 ranks of a node have 8.0 GiB".
std::string memory_text(int ranks, double bytes);

/// The smallest of physical memory, the limits of control groups and what Slurm granted, and which of them it is.
struct NodeMemory {
  double bytes;
  const char* source;
};
NodeMemory node_memory();

/// What Slurm granted on a node: SLURM_MEM_PER_NODE, or SLURM_MEM_PER_CPU for each of SLURM_CPUS_ON_NODE (both in MiB);
/// infinite where it says nothing. `variable` may give null.
double slurm_limit(const std::function<const char*(const char* name)>& variable);

}  // namespace ntksweep
