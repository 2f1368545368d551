#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>

#include "disk.hpp"

/// The C library's calls that write, defined anew: an executable's definitions come before those of libc for all that
/// is linked to it, statically or not; a library's do when it is preloaded.
namespace {

using ntksweep::test::Disk;

Disk& disk() { return Disk::instance(); }

off_t place_of(int descriptor) {
  return lseek(descriptor, 0, (fcntl(descriptor, F_GETFL) & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

// NOLINTBEGIN(cert-dcl50-cpp): open() is variadic
extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return disk().open(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return disk().open(path, flags, mode);
}

int close(int descriptor) { return disk().close(descriptor); }

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  return disk().write(descriptor, data, size, offset);
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
  return disk().write(descriptor, data, size, offset);
}

ssize_t write(int descriptor, const void* data, size_t size) {
  if (!disk().is_followed(descriptor)) return syscall(SYS_write, descriptor, data, size);
  const off_t place = place_of(descriptor);
  const ssize_t written = disk().write(descriptor, data, size, place);
  if (written > 0) lseek(descriptor, place + written, SEEK_SET);
  return written;
}

int ftruncate(int descriptor, off_t size) noexcept { return disk().truncate(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept { return disk().truncate(descriptor, size); }

int fallocate(int descriptor, int mode, off_t offset, off_t size) {
  return disk().allocate(descriptor, mode, offset, size);
}

int fallocate64(int descriptor, int mode, off64_t offset, off64_t size) {
  return disk().allocate(descriptor, mode, offset, size);
}

int fdatasync(int descriptor) { return disk().sync(descriptor, SYS_fdatasync); }
int fsync(int descriptor) { return disk().sync(descriptor, SYS_fsync); }

int posix_fadvise(int descriptor, off_t offset, off_t size, int advice) noexcept {
  return disk().advise(descriptor, offset, size, advice);
}

int rename(const char* from, const char* to) noexcept { return disk().rename(from, to); }
int link(const char* from, const char* to) noexcept { return disk().link(from, to); }
int unlink(const char* path) noexcept { return disk().unlink(path); }

int remove(const char* path) noexcept {
  struct stat info {};
  const bool is_folder = lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
  return is_folder ? rmdir(path) : disk().unlink(path);
}

}  // extern "C"
// NOLINTEND(cert-dcl50-cpp)
