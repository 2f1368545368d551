#pragma once

#include <CLI/App.hpp>
#include <map>
#include <string>
#include <vector>

#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// The settings table as command-line options `--section.key=value`, one group per section.
class SettingsOptions {
 public:
  explicit SettingsOptions(CLI::App& command);

  /// What was given, an unknown `--section.key` included: parse_job names the nearest known one.
  /// Throws InputError for any other leftover argument.
  std::vector<Override> overrides() const;

 private:
  CLI::App& command_;
  std::map<std::string, std::string> given_;
};

}  // namespace ntksweep
