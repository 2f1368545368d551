#include "prepared_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "descriptor.hpp"
#include "host_facts.hpp"
#include "lease.hpp"
#include "ntksweep/core/error.hpp"
#include "uninterrupted.hpp"

namespace ntksweep {
namespace {

/// Whether all of it is in the file and on the disk: a lock that is empty after a power failure would tell nothing.
/// Where not, errno says why.
bool write_all(const Descriptor& file, const std::string& content) {
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t written = uninterrupted(
        [&] { return pwrite(file.get(), content.data() + done, content.size() - done, static_cast<off_t>(done)); });
    if (written < 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return uninterrupted([&] { return fdatasync(file.get()); }) == 0;
}

}  // namespace

void fail_lock(const std::string& lock_path, std::string_view doing, int error) {
  const std::string message = fmt::format("{}: cannot {}: {}", lock_path, doing, std::strerror(error));
  if (error == ENOENT || error == EACCES || error == EPERM || error == EROFS) {
    throw InputError(message + "; give an output in a folder that you can write to");
  }
  throw SystemError(message);
}

PreparedLock::PreparedLock(const std::string& output_path, const std::string& content)
    : path_(fmt::format("{}.tmp.lock.{}.{}", output_path, host_name(), getpid())),
      lock_path_(output_path + ".lock"),
      content_(content) {
  const Descriptor file(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) fail_lock(lock_path_, "create the lock", errno);
  if (!write_all(file, content)) {
    const int error = errno;
    unlink(path_.c_str());
    fail_lock(lock_path_, "write the lock", error);
  }
  written_ = modification_time(file);
}

PreparedLock::~PreparedLock() { unlink(path_.c_str()); }

bool PreparedLock::put_if_absent() const {
  if (link(path_.c_str(), lock_path_.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  const Descriptor created(open(lock_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (created.get() < 0 && errno == EEXIST) return false;
  if (created.get() < 0) fail_lock(lock_path_, "create the lock", errno);
  if (write_all(created, content_)) return true;
  const int error = errno;
  unlink(lock_path_.c_str());
  fail_lock(lock_path_, "write the lock", error);
}

bool PreparedLock::replace() const {
  if (rename(path_.c_str(), lock_path_.c_str()) == 0) return true;
  if (errno != ENOENT) fail_lock(lock_path_, "replace the lock", errno);
  return false;
}

}  // namespace ntksweep
