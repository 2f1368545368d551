#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "disk.hpp"
#include "reference.hpp"
#include "sample_store.hpp"
#include "step.hpp"

namespace ntksweep::test {

/// What the store did is not what the reference allows.
struct Difference : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Does the same to the store and to the reference, and throws Difference where they differ.
class Runner {
 public:
  /// In a folder of its own. `begun_with`: a finished creation to start from, or empty to begin with no file. `grown`:
  /// what the store is extended to; null where it is not.
  Runner(SampleStore& store, const std::string& folder, const std::string& begun_with, SampleStore* grown = nullptr);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner();

  void perform(const Step& step);
  /// Whether the last step made the call that its trouble was meant for.
  bool met_trouble() const { return met_trouble_; }
  /// Computes what is missing, and checks that this ends in the file of an undisturbed run, also on the disk.
  void complete();

 private:
  void act(const Step& step);
  void open();
  void extend();
  void see_which_store();
  void crash(const Step& step);
  void end_process();
  void require_refusal();
  void check_file();
  void require_only(const std::vector<std::string>& names) const;
  void expect_line(const std::string& message, const Step& step) const;

  SampleStore* store_;  ///< that the file is of
  SampleStore* small_;
  SampleStore* grown_;
  std::string folder_, path_, metadata_;
  Reference reference_;
  std::optional<ResultFile> file_;
  bool must_exist_ = false, met_trouble_ = false;
  bool sees_no_faults_ = false;  ///< the process that has the file open: whatever it cannot remove stays
};

}  // namespace ntksweep::test
