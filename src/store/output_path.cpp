#include "output_path.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "ntksweep/core/error.hpp"
#include "uninterrupted.hpp"

namespace ntksweep {

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

void require_output_path(const std::string& path) {
  if (path.empty()) throw InputError("the output has no name; give a file with -o");
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder_of(path), ignored)) {
    throw InputError(fmt::format("{}: no such folder: {}; create it first", path, folder_of(path)));
  }
  if (std::filesystem::is_directory(path, ignored)) {
    throw InputError(fmt::format("{}: is a folder; give the name of a file", path));
  }
}

void sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int result = descriptor < 0 ? -1 : uninterrupted([=] { return fsync(descriptor); });
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  // Some file systems have nothing to sync for a folder and say so.
  if (result == 0 || error == EINVAL || error == EROFS || error == EACCES) return;
  throw SystemError(fmt::format("{}: cannot bring the folder to the disk: {}", folder, std::strerror(error)));
}

}  // namespace ntksweep
