#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <set>

#include "commands.hpp"
#include "doctor_report.hpp"
#include "exit_code.hpp"
#include "node_report.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/core/answer_within.hpp"
#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/store/folder_check.hpp"
#include "ntksweep/store/seen_mark.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "slurm_facts.hpp"
#include "some_of.hpp"

namespace ntksweep {

namespace {

constexpr std::chrono::seconds look_limit{10};
/// Several looks at a file system that does not answer, one after the other, are over by then.
constexpr std::chrono::seconds report_limit{90};

struct DoctorArguments {
  std::string folder = ".";
  bool json = false;
};

/// Whatever stands for the name of an output in the folder.
std::string output_in(const std::string& folder) { return folder + "/.ntksweep-doctor"; }

std::vector<Finding> look_here(const std::string& folder, int ranks, int cores) {
  std::vector<Finding> findings = look_at_node(ranks, cores);
  for (Finding& finding : check_folder(output_in(folder))) {
    finding.topic = "folder: " + finding.topic;
    findings.push_back(std::move(finding));
  }
  return findings;
}

RankReport report_of(const Cluster& cluster, const std::string& folder, const std::string& mark) {
  const Node& node = cluster.teams().node_of(cluster.rank());
  RankReport report;
  report.sees_folder = mark.empty() || sees_mark(output_in(folder), mark, look_limit);
  if (node.ranks.front() == cluster.rank()) {
    report.findings = look_here(folder, static_cast<int>(node.ranks.size()), node.cores);
  }
  return report;
}

/// All that was found out, as rank zero has it in the end.
struct Gathered {
  std::vector<HostFindings> nodes;
  std::set<std::string> blind, silent;  ///< hosts that do not see the folder, or have not answered
};

Gathered gather(Cluster& cluster, const std::string& folder, const std::string& mark) {
  Gathered all;
  const auto answers = cluster.collect(to_bytes(report_of(cluster, folder, mark)), report_limit);
  for (int rank = 0; rank < cluster.size(); ++rank) {
    const std::string& host = cluster.host_of(rank);
    const auto& answer = answers[static_cast<std::size_t>(rank)];
    if (!answer) {
      all.silent.insert(host);
      continue;
    }
    RankReport report = rank_report_from_bytes(*answer);
    if (!report.sees_folder) all.blind.insert(host);
    if (!report.findings.empty()) all.nodes.push_back({host, std::move(report.findings)});
  }
  return all;
}

Finding shared_folder(const Gathered& all, const std::string& mark, const RunSize& run) {
  const std::string topic = "shared folder";
  if (mark.empty()) return {Grade::problem, topic, "no file can be made there", "see below"};
  if (!all.blind.empty()) {
    return {Grade::problem, topic, fmt::format("not seen on {}", some_of({all.blind.begin(), all.blind.end()})),
            "put results where all nodes see them: the home or scratch folder, not a node's own /tmp"};
  }
  return {Grade::ok, topic, run.nodes == 1 && run.ranks == 1 ? "there is one process only" : "seen by all ranks", {}};
}

std::vector<Finding> of_the_run(const Gathered& all, const RunSize& run) {
  std::vector<Finding> findings{{Grade::ok,
                                 "launcher",
                                 fmt::format("{}: {} rank{} on {} node{}", launch_facts().launcher, run.ranks,
                                             run.ranks == 1 ? "" : "s", run.nodes, run.nodes == 1 ? "" : "s"),
                                 {}}};
  for (Finding& finding : slurm_findings([](const char* name) { return std::getenv(name); }, run, std::time(nullptr))) {
    findings.push_back(std::move(finding));
  }
  if (!all.silent.empty()) {
    findings.push_back(
        {Grade::problem, "answers", fmt::format("none from {}", some_of({all.silent.begin(), all.silent.end()})),
         "that node hangs, or a rank died there: leave it out (sbatch --exclude), tell the administrator"});
  }
  return findings;
}

int print_report(const DoctorArguments& arguments, const std::vector<Finding>& run,
                 const std::vector<HostFindings>& nodes) {
  std::vector<ReportRow> rows;
  for (const Finding& finding : run) rows.push_back({finding, {}});
  const std::vector<ReportRow> of_nodes = rows_of(nodes);
  for (const Finding& finding : differences(of_nodes)) rows.push_back({finding, {}});
  rows.insert(rows.end(), of_nodes.begin(), of_nodes.end());
  std::vector<std::string> hosts;
  for (const HostFindings& node : nodes) hosts.push_back(node.host);
  const std::string title =
      fmt::format("ntksweep {} ({}) on {}, {:%Y-%m-%d %H:%M:%S} UTC, folder {}", build_info().version,
                  build_info().git_hash, some_of(hosts), fmt::gmtime(std::time(nullptr)), arguments.folder);
  fmt::print("{}", arguments.json ? report_json(title, rows, hosts) : report_text(title, rows, hosts.size()));
  return count(rows, Grade::problem) > 0 ? exit_code::failure : exit_code::success;
}

/// No more than this node can be looked at where its process is alone by mistake.
int report_alone(const DoctorArguments& arguments, const std::string& problem) {
  const Finding launch{Grade::problem, "launcher", problem, "only the node of this process was looked at"};
  const CoreLimits limits = core_limits();
  return print_report(arguments, {launch}, {{"this node", look_here(arguments.folder, 1, limits.usable())}});
}

/// Of rank zero. A file system without answer is neither: what looks at it says so.
enum class FolderIs { there, missing, silent };

FolderIs look_for(const std::string& path) {
  const auto is_there = answer_within(usual_patience, [path] {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
  });
  if (!is_there) return FolderIs::silent;
  return *is_there ? FolderIs::there : FolderIs::missing;
}

std::shared_ptr<const SeenMark> make_mark(const std::string& folder) {
  return answer_within(usual_patience, [folder] { return std::make_shared<const SeenMark>(output_in(folder)); })
      .value_or(nullptr);
}

/// What the others are told first: whether to look, and for which mark.
std::vector<std::byte> order(FolderIs folder, const std::string& mark) {
  ByteWriter bytes;
  bytes.put(folder);
  bytes.put_text(mark);
  return std::move(bytes).take();
}

int examine(Cluster& cluster, const DoctorArguments& arguments) {
  const FolderIs folder = look_for(arguments.folder);
  const auto made = folder == FolderIs::there ? make_mark(arguments.folder) : nullptr;
  const std::string mark = made ? made->suffix() : "";
  cluster.broadcast(order(folder, mark));
  if (folder == FolderIs::missing) {
    fmt::print(stderr, "ntksweep: {}: no such folder; give the folder in which results are to lie\n", arguments.folder);
    return exit_code::bad_input;
  }
  const Gathered all = gather(cluster, arguments.folder, mark);
  const RunSize run{cluster.size(), static_cast<int>(cluster.teams().nodes().size())};
  std::vector<Finding> findings = of_the_run(all, run);
  findings.push_back(shared_folder(all, mark, run));
  return print_report(arguments, findings, all.nodes);
}

int assist(Cluster& cluster, const DoctorArguments& arguments) {
  const auto bytes = cluster.broadcast({});
  ByteReader reader(bytes);
  if (reader.get<FolderIs>() == FolderIs::missing) return exit_code::success;
  cluster.collect(to_bytes(report_of(cluster, arguments.folder, reader.get_text())), report_limit);
  return exit_code::success;
}

int run_doctor(const DoctorArguments& arguments) {
  int argc = 0;
  char** argv = nullptr;
  std::unique_ptr<Cluster> cluster;
  try {
    cluster = std::make_unique<Cluster>(argc, argv);
  } catch (const SystemError& error) {
    return report_alone(arguments, error.what());
  }
  return cluster->rank() == 0 ? examine(*cluster, arguments) : assist(*cluster, arguments);
}

}  // namespace

void add_doctor_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand(
      "doctor", "Say what is wrong with this node, or under a launcher with all of its nodes, and the cure");
  auto arguments = std::make_shared<DoctorArguments>();
  command->add_option("folder", arguments->folder, "where results are to lie [the current folder]");
  command->add_flag("--json", arguments->json, "for scripts");
  command->footer(
      "Examples:\n"
      "  ntksweep doctor\n"
      "  srun --mpi=pmix ntksweep doctor /scratch/me      all nodes of a job; so does mpirun\n"
      "Exit codes: 0 no problem, 1 at least one, 2 no such folder.");
  command->callback([arguments, &exit_code] { exit_code = run_doctor(*arguments); });
}

}  // namespace ntksweep
