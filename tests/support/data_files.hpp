#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/data_source.hpp"

namespace ntksweep {

/// A folder of a test's own, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ntksweep-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw SystemError("mkdtemp failed");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = "") const { return (path_ / name).string(); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

  std::string write_gzip(const std::string& name, const std::string& content) const {
    gzFile file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline RawData load(const DataConfig& config) { return load_raw_data(config, nullptr); }

/// The message of the InputError that `action` throws; "" when it throws none.
template <class Action>
std::string input_error(Action&& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// True when `text` holds every one of the pieces.
template <class... Pieces>
testing::AssertionResult mentions(const std::string& text, const Pieces&... pieces) {
  for (const std::string& piece : {std::string(pieces)...}) {
    if (text.find(piece) == std::string::npos) {
      return testing::AssertionFailure() << "'" << text << "' does not mention '" << piece << "'";
    }
  }
  if (text.find('\n') != std::string::npos) return testing::AssertionFailure() << "more than one line: " << text;
  return testing::AssertionSuccess();
}

}  // namespace ntksweep
