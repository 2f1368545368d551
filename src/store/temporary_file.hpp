#pragma once

#include <string>

namespace ntksweep {

/// A file that comes into being under another name beside `target`, and is removed unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  const std::string& path() const { return path_; }

  /// Puts it in its place, durably. Throws SystemError.
  void rename_to(const std::string& target);

 private:
  std::string path_;
};

}  // namespace ntksweep
