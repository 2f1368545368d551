#pragma once

#include <optional>
#include <string>

namespace ntksweep {

/// Facts about this process and its machine, for provenance and the lock. None of them throws: what cannot be found
/// out is empty.
std::string host_name();
std::string boot_id();
std::string batch_job_id();  ///< Slurm's, or empty
long batch_restarts();       ///< how often Slurm has started the job again

/// When the process was started, in clock ticks since boot; nothing when there is no such process
/// (or it has ended and waits to be reaped). Together with
/// boot_id it tells a process from a later one with the same number.
std::optional<std::string> process_start(long pid);

/// Now, UTC, ISO 8601 with seconds: 2025-01-31T12:00:00Z.
std::string now_utc();

}  // namespace ntksweep
