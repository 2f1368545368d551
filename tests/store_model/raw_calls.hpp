#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

/// The kernel's calls, past the definitions of disk_calls.cpp.
namespace ntksweep::test {

inline int raw_open(const char* path, int flags, mode_t mode) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}
inline int raw_rename(const char* from, const char* to) {
  return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
inline int raw_link(const char* from, const char* to) {
  return static_cast<int>(syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
inline int raw_unlink(const char* path) { return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, 0)); }

inline bool exists(const char* path) {
  struct stat info {};
  return lstat(path, &info) == 0;
}

inline int fail(int error) {
  errno = error;
  return -1;
}

}  // namespace ntksweep::test
