#pragma once

#include <string>
#include <string_view>

namespace ntksweep {

/// "8G", "512M", "1.5e9" -> bytes (K, M, G, T are powers of 1024). Throws InputError.
double parse_bytes(std::string_view text);

/// "1.5 GiB".
std::string format_bytes(double bytes);

/// Memory of this node in bytes: the smallest of physical memory, the cgroup limit and what Slurm
/// granted (SLURM_MEM_PER_NODE).
double node_memory_bytes();

}  // namespace ntksweep
