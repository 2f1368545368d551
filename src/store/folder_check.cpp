#include "ntksweep/store/folder_check.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <span>

#include "folder_trials.hpp"
#include "ntksweep/core/answer_within.hpp"

namespace ntksweep {

namespace {

struct Check {
  const char* topic;
  Outcome (*run)(const TrialFiles& files);
};

constexpr std::array locking{Check{"create", try_create}, Check{"hard link", try_link}, Check{"flock", try_flock},
                             Check{"rename", try_rename}, Check{"set times", try_times}};
constexpr std::array everything{
    Check{"file system", look_at_file_system},
    Check{"free space", look_at_space},
    Check{"create", try_create},
    Check{"hard link", try_link},
    Check{"flock", try_flock},
    Check{"fallocate", try_fallocate},
    Check{"fsync", try_fsync},
    Check{"rename", try_rename},
    Check{"set times", try_times},
    Check{"clock", look_at_clock},
};

Finding no_answer(const char* topic, std::chrono::milliseconds patience) {
  return {Grade::problem, topic, fmt::format("no answer within {:.0f} s", static_cast<double>(patience.count()) / 1000),
          "the file system hangs here: give another folder, and tell the administrator of this node"};
}

/// Without a file there is nothing to try.
bool is_the_end(const Finding& finding) { return finding.topic == "create" && finding.grade == Grade::problem; }

std::vector<Finding> run_checks(std::span<const Check> checks, const std::string& prefix,
                                std::chrono::milliseconds patience) {
  const auto files = std::make_shared<const TrialFiles>(prefix);
  std::vector<Finding> findings;
  for (const Check& check : checks) {
    auto outcome = answer_within(patience, [files, run = check.run] { return run(*files); });
    if (!outcome) {
      findings.push_back(no_answer(check.topic, patience));
      return findings;
    }
    findings.push_back({outcome->grade, check.topic, std::move(outcome->found), std::move(outcome->cure)});
    if (is_the_end(findings.back())) break;
  }
  answer_within(patience, [files] {
    files->remove();
    return true;
  });
  return findings;
}

}  // namespace

std::vector<Finding> check_folder(const std::string& prefix, std::chrono::milliseconds patience) {
  return run_checks(everything, prefix, patience);
}

std::vector<Finding> check_locking(const std::string& prefix, std::chrono::milliseconds patience) {
  return run_checks(locking, prefix, patience);
}

}  // namespace ntksweep
