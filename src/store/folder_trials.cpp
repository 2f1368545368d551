#include "folder_trials.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>
#include <string_view>

#include "host_facts.hpp"
#include "output_path.hpp"
#include "uninterrupted.hpp"

namespace ntksweep {

namespace {

constexpr std::string_view take_over = "should a killed run leave OUT.h5.lock behind, run with --take-over";

Outcome worked() { return {Grade::ok, "works", {}}; }

Outcome refused(Grade grade, std::string cure) {
  return {grade, fmt::format("refused: {}", std::strerror(errno)), std::move(cure)};
}

/// What a call on the first file returns: 0, or -1 with errno.
int on_first(const TrialFiles& files, const std::function<int(int descriptor)>& call) {
  const int descriptor = open(files.first.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return -1;
  const int result = uninterrupted([&] { return call(descriptor); });
  const int error = errno;
  close(descriptor);
  errno = error;
  return result;
}

std::string cure_of_create(int error) {
  if (error == ENOSPC || error == EDQUOT)
    return "make room there (files count too, not bytes alone), or give another folder";
  return "give a folder that you can write to from here";
}

}  // namespace

TrialFiles::TrialFiles(const std::string& prefix)
    : folder(folder_of(prefix)),
      first(fmt::format("{}.{}.{}.{:08x}", prefix, host_name(), getpid(), std::random_device()())),
      second(first + ".b") {}

void TrialFiles::remove() const noexcept {
  unlink(first.c_str());
  unlink(second.c_str());
}

Outcome try_create(const TrialFiles& files) {
  const int descriptor = open(files.first.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  const bool written = descriptor >= 0 && uninterrupted([&] { return write(descriptor, "x", 1); }) == 1;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  errno = error;
  return written ? worked() : refused(Grade::problem, cure_of_create(error));
}

Outcome try_link(const TrialFiles& files) {
  if (link(files.first.c_str(), files.second.c_str()) != 0) {
    return refused(Grade::warning, fmt::format("it works without; {}", take_over));
  }
  return unlink(files.second.c_str()) == 0 ? worked() : refused(Grade::warning, "files cannot be removed here");
}

Outcome try_flock(const TrialFiles& files) {
  if (on_first(files, [](int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }) == 0) return worked();
  return refused(Grade::warning,
                 fmt::format("it works without; {}, or have the file system mounted with locks (Lustre: "
                             "-o flock; NFS: with its lock service)",
                             take_over));
}

Outcome try_fallocate(const TrialFiles& files) {
  if (on_first(files, [](int descriptor) { return fallocate(descriptor, 0, 0, 65536); }) == 0) return worked();
  if (errno == EOPNOTSUPP || errno == ENOSYS) return {Grade::ok, "not offered: a full disk shows later", {}};
  return refused(Grade::problem, "make room there, or give another folder");
}

Outcome try_fsync(const TrialFiles& files) {
  if (on_first(files, [](int descriptor) { return fsync(descriptor); }) == 0) return worked();
  return refused(Grade::problem, "what is written here may not reach the disk: give another folder");
}

Outcome try_rename(const TrialFiles& files) {
  if (std::rename(files.first.c_str(), files.second.c_str()) == 0 &&
      std::rename(files.second.c_str(), files.first.c_str()) == 0) {
    return worked();
  }
  return refused(Grade::problem, "no result file can be made here: give a folder of another file system");
}

Outcome try_times(const TrialFiles& files) {
  if (on_first(files, [](int descriptor) { return futimens(descriptor, nullptr); }) == 0) return worked();
  return refused(Grade::problem, "a run cannot show here that it lives: give a folder of another file system");
}

}  // namespace ntksweep
