#include "output_folder.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <vector>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/store/folder_check.hpp"
#include "ntksweep/store/seen_mark.hpp"
#include "some_of.hpp"

namespace ntksweep {

namespace {

/// Clients of a file server look again after some seconds, whatever they remember of a folder.
constexpr std::chrono::seconds look_limit{10};
constexpr std::chrono::seconds answer_limit{30};

std::vector<std::byte> as_bytes(bool seen) { return {static_cast<std::byte>(seen)}; }

/// Hosts that do not see the mark. None where rank zero itself does not find it any more: somebody took it away.
std::set<std::string> blind_hosts(Cluster& cluster, const std::string& output_path) {
  const SeenMark mark(output_path);
  if (cluster.size() == 1 || mark.suffix().empty()) return {};
  ByteWriter look;
  look.put(Announcement::look);
  look.put_text(mark.suffix());
  cluster.broadcast(std::move(look).take());
  const auto answers = cluster.collect(as_bytes(true), answer_limit);
  std::set<std::string> blind;
  for (int rank = 0; rank < cluster.size(); ++rank) {
    const auto& answer = answers[static_cast<std::size_t>(rank)];
    // A rank that says nothing is found out during the run.
    if (answer && *answer == as_bytes(false)) blind.insert(cluster.host_of(rank));
  }
  return sees_mark(output_path, mark.suffix(), {}) ? blind : std::set<std::string>();
}

bool in_batch_job() {
  for (const char* variable : {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID"}) {
    if (std::getenv(variable) != nullptr) return true;
  }
  return false;
}

/// Rank zero alone writes the result, so a run would get along. But in a batch job such a folder is nearly always the
/// /tmp of a node, by mistake: the result stays there when the job ends, where nobody looks for it, or is wiped at
/// once; and a start of the same job on other nodes begins anew. Hours of computing are worth an option for the few
/// scripts that copy their output at the end. Elsewhere people sit before the disk of rank zero, and a warning will do.
void report_blind(const std::set<std::string>& hosts, const Cluster& cluster, const std::string& output_path,
                  UnseenFolder unseen) {
  if (hosts.empty() || unseen == UnseenFolder::is_meant) return;
  if (in_batch_job()) {
    throw InputError(fmt::format(
        "{}: its folder is not seen on {}: on a disk of {} alone the result would be lost to the next start; "
        "give an output on a disk that all nodes share, or --local-output if the script copies it afterwards",
        output_path, some_of({hosts.begin(), hosts.end()}), cluster.host()));
  }
  fmt::print(
      stderr,
      "ntksweep: warning: {}: its folder is not seen on {}: the result will be on {} alone, and crashes elsewhere "
      "are not noted; give an output on a disk that all share, or --local-output if it is meant so\n",
      output_path, some_of({hosts.begin(), hosts.end()}), cluster.host());
}

/// Whether the folder can be written to at all is for what opens the output to say.
void report_locking(const std::string& output_path) {
  for (const Finding& finding : check_locking(output_path + ".tmp.check")) {
    if (finding.grade == Grade::ok || (finding.topic == "create" && finding.found.starts_with("refused"))) continue;
    const std::string text =
        fmt::format("{}: in its folder, {}: {}; {}", output_path, finding.topic, finding.found, finding.cure);
    if (finding.grade == Grade::problem) throw SystemError(text);
    fmt::print(stderr, "ntksweep: warning: {}\n", text);
  }
}

}  // namespace

void check_output_folder(Cluster& cluster, const std::string& output_path, UnseenFolder unseen) {
  report_locking(output_path);
  report_blind(blind_hosts(cluster, output_path), cluster, output_path, unseen);
}

void answer_look(Cluster& cluster, const std::string& output_path, const std::string& suffix) {
  cluster.collect(as_bytes(sees_mark(output_path, suffix, look_limit)), answer_limit);
}

}  // namespace ntksweep
