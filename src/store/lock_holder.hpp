#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ntksweep {

/// What a lock says about who holds it.
struct LockHolder {
  std::string host, boot_id, process_start, job, since;
  long pid = -1;
  long restarts = 0;       ///< how often Slurm had started the job again
  bool took_over = false;  ///< from one that may live, and may not have come to the end of it
};

/// This process.
LockHolder this_process();

/// Whether it is an earlier start of this process's Slurm job: Slurm has given it up.
bool is_earlier_start(const LockHolder& holder, const LockHolder& own);

/// As a line of JSON, and back; nothing when the lock holds something else.
std::string to_json(const LockHolder& holder);
std::optional<LockHolder> parse_holder(const std::string& content);

/// Whether the holder is surely gone: a process of this host that has ended. Others may live.
enum class Liveness { may_live, gone };
Liveness liveness(const LockHolder& holder);

/// "process 4711 on n3 (Slurm job 17) since 2026-11-22T05:40:01Z".
std::string describe(const LockHolder& holder);

/// "17 s"; "3 min"; "5 h".
std::string silence_text(std::chrono::milliseconds silence);

/// One line for the user: who writes, since when, and what to do. `silence`: since its last sign of life. `advice`:
/// what goes on without a holder of another host.
std::string refusal(const std::string& lock_path, const std::optional<LockHolder>& holder,
                    std::chrono::milliseconds silence, std::string_view advice);

}  // namespace ntksweep
