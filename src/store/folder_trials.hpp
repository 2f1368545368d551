#pragma once

#include <string>

#include "ntksweep/core/finding.hpp"

namespace ntksweep {

/// How a trial ended.
struct Outcome {
  Grade grade;
  std::string found, cure;
};

/// The files that trials are made with, beside an output or in a folder.
struct TrialFiles {
  explicit TrialFiles(const std::string& prefix);

  std::string folder, first, second;

  void remove() const noexcept;
};

// Of the folder. None of them throws.
Outcome look_at_file_system(const TrialFiles& files);
Outcome look_at_space(const TrialFiles& files);
Outcome look_at_clock(const TrialFiles& files);

// In this order; `try_create` makes the first file, the others need it.
Outcome try_create(const TrialFiles& files);
Outcome try_link(const TrialFiles& files);
Outcome try_flock(const TrialFiles& files);
Outcome try_fallocate(const TrialFiles& files);
Outcome try_fsync(const TrialFiles& files);
Outcome try_rename(const TrialFiles& files);
Outcome try_times(const TrialFiles& files);

}  // namespace ntksweep
