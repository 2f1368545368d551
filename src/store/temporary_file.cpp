#include "temporary_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "host_facts.hpp"
#include "ntksweep/core/error.hpp"
#include "output_path.hpp"

namespace ntksweep {

TemporaryFile::TemporaryFile(const std::string& target)
    : path_(fmt::format("{}.tmp.{}.{}", target, host_name(), getpid())) {}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

void TemporaryFile::rename_to(const std::string& target) {
  std::error_code error;
  std::filesystem::rename(path_, target, error);
  if (error) throw SystemError(fmt::format("{}: cannot be put in its place: {}", target, error.message()));
  path_.clear();
  sync_folder(folder_of(target));
}

}  // namespace ntksweep
