#pragma once

#include <chrono>
#include <string>

namespace ntksweep {

/// A small file beside an output, by which other nodes can tell whether they see the same folder. Its name begins as
/// that of the output's own temporary files, which the next run removes should this one be killed.
class SeenMark {
 public:
  /// Makes it. Where that fails there is none, and what opens the output says why.
  explicit SeenMark(const std::string& output_path);
  ~SeenMark();  ///< removes it
  SeenMark(const SeenMark&) = delete;
  SeenMark& operator=(const SeenMark&) = delete;

  /// What follows the output's path in its name, the same nowhere else; empty where there is none.
  const std::string& suffix() const { return suffix_; }

 private:
  std::string path_, suffix_;
};

/// Whether this process sees the mark of the suffix beside its `output_path`, now or within the limit: a client of a
/// file server may take seconds to notice a new file. False as well where the file system does not answer.
bool sees_mark(const std::string& output_path, const std::string& suffix, std::chrono::milliseconds limit);

}  // namespace ntksweep
