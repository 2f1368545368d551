#include "lock_holder.hpp"

#include <fmt/format.h>
#include <unistd.h>

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
          .pid = getpid()};
}

std::string to_json(const LockHolder& holder) {
  const Json json = {{"host", holder.host},       {"pid", holder.pid}, {"process_start", holder.process_start},
                     {"boot_id", holder.boot_id}, {"job", holder.job}, {"since", holder.since}};
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
                      .pid = json.at("pid").get_ref<const Json::number_integer_t&>()};  // no real
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

std::string refusal(const std::string& lock_path, const std::optional<LockHolder>& holder) {
  if (!holder) {
    return fmt::format(
        "{}: a lock that says nothing about its holder; when you are sure that no run is writing, rm {} and run the "
        "command again",
        lock_path, lock_path);
  }
  return fmt::format("{}: the output is being written by {}; wait for it or end it{}", lock_path, describe(*holder),
                     holder->host == host_name()
                         ? ""
                         : fmt::format("; if that run is surely gone, rm {} and run the command again", lock_path));
}

}  // namespace ntksweep
