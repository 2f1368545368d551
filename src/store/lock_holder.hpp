#pragma once

#include <optional>
#include <string>

namespace ntksweep {

/// What a lock says about who holds it.
struct LockHolder {
  std::string host, boot_id, process_start, job, since;
  long pid = -1;
};

/// This process.
LockHolder this_process();

/// As a line of JSON, and back; nothing when the lock holds something else.
std::string to_json(const LockHolder& holder);
std::optional<LockHolder> parse_holder(const std::string& content);

/// Whether the holder is surely gone: a process of this host that has ended. Others may live.
enum class Liveness { may_live, gone };
Liveness liveness(const LockHolder& holder);

/// "process 4711 on n3 (Slurm job 17) since 2026-11-22T05:40:01Z".
std::string describe(const LockHolder& holder);

/// One line for the user: who writes, since when, and what to do.
std::string refusal(const std::string& lock_path, const std::optional<LockHolder>& holder);

}  // namespace ntksweep
