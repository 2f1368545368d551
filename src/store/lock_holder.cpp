#include "lock_holder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host_facts.hpp"

namespace ntksweep {

using Json = nlohmann::ordered_json;

LockHolder this_process() {
  return {.host = host_name(),
          .boot_id = boot_id(),
          .process_start = process_start(getpid()).value_or(""),
          .job = batch_job_id(),
          .since = now_utc(),
          .pid = getpid(),
          .restarts = batch_restarts()};
}

bool is_earlier_start(const LockHolder& holder, const LockHolder& own) {
  return !own.job.empty() && holder.job == own.job && holder.restarts < own.restarts;
}

std::string to_json(const LockHolder& holder) {
  const Json json = {{"host", holder.host},
                     {"pid", holder.pid},
                     {"process_start", holder.process_start},
                     {"boot_id", holder.boot_id},
                     {"job", holder.job},
                     {"restarts", holder.restarts},
                     {"since", holder.since},
                     {"took_over", holder.took_over}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<LockHolder> parse_holder(const std::string& content) {
  try {
    const Json json = Json::parse(content);
    return LockHolder{.host = json.at("host"),
                      .boot_id = json.at("boot_id"),
                      .process_start = json.at("process_start"),
                      .job = json.at("job"),
                      .since = json.at("since"),
                      .pid = json.at("pid").get_ref<const Json::number_integer_t&>(),  // no real
                      .restarts = json.value("restarts", 0L),
                      .took_over = json.value("took_over", false)};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Liveness liveness(const LockHolder& holder) {
  if (holder.host != host_name()) return Liveness::may_live;
  if (holder.boot_id != boot_id()) return Liveness::gone;
  const std::optional<std::string> start = process_start(holder.pid);
  return start && *start == holder.process_start ? Liveness::may_live : Liveness::gone;
}

std::string describe(const LockHolder& holder) {
  const std::string job = holder.job.empty() ? "" : fmt::format(" (Slurm job {})", holder.job);
  return fmt::format("process {} on {}{} since {}", holder.pid, holder.host, job, holder.since);
}

std::string silence_text(std::chrono::milliseconds silence) {
  const double seconds = std::max(0.0, std::chrono::duration<double>(silence).count());
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  return seconds < 7200 ? fmt::format("{:.0f} min", seconds / 60) : fmt::format("{:.0f} h", seconds / 3600);
}

std::string refusal(const std::string& lock_path, const std::optional<LockHolder>& holder,
                    std::chrono::milliseconds silence, std::string_view advice) {
  if (!holder) {
    return fmt::format("{}: a lock that says nothing about its holder; when you are sure that no run is writing, {}",
                       lock_path, advice);
  }
  const std::string writes =
      fmt::format("{}: the output is being written by {}; wait for it or end it", lock_path, describe(*holder));
  if (holder->host == host_name()) return writes;
  return fmt::format("{}; its last sign of life came {} ago; if it is gone or cut off, {}", writes,
                     silence_text(silence), advice);
}

}  // namespace ntksweep
