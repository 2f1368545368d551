#include "raw_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "ntksweep/core/error.hpp"
#include "uninterrupted.hpp"

namespace ntksweep {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view doing, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  throw SystemError(fmt::format("{}: cannot {}: {}; every cell committed so far is safe; {}", path, doing,
                                std::strerror(error),
                                full ? "make room on this disk and run the same command again"
                                     : "check the disk and run the same command again"));
}

}  // namespace

RawFile::RawFile(const std::string& path, int descriptor, std::string_view purpose)
    : path_(path), descriptor_(descriptor) {
  if (descriptor_ >= 0) return;
  if (errno == EACCES || errno == EROFS || errno == EPERM) {
    throw InputError(
        fmt::format("{}: cannot be opened for {}: {}; check its permissions", path, purpose, std::strerror(errno)));
  }
  fail(path, "open the file", errno);
}

RawFile::RawFile(const std::string& path, Mode mode)
    : RawFile(path, open(path.c_str(), (mode == Mode::read ? O_RDONLY : O_RDWR) | O_CLOEXEC),
              mode == Mode::read ? "reading" : "writing") {}

RawFile RawFile::create(const std::string& path) {
  return {path, open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), "writing"};
}

RawFile::RawFile(RawFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

RawFile& RawFile::operator=(RawFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

RawFile::~RawFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void RawFile::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path_, "write", written < 0 ? errno : ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void RawFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_, "read", errno);
    if (got == 0)
      throw SystemError(fmt::format("{}: ends early: somebody has cut the file; run the same command again", path_));
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

void RawFile::sync() const {
  const int result = uninterrupted([&] { return fdatasync(descriptor_); });
  if (result == 0) return;
  // The kernel takes pages that it could not write for clean, and would return from memory what the disk does not hold:
  // to the next run, which would build on it. Let them be read from the disk again.
  const int error = errno;
  posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
  fail(path_, "bring data to the disk", error);
}

void RawFile::resize(std::uint64_t bytes) const {
  const int result = uninterrupted([&] { return ftruncate(descriptor_, static_cast<off_t>(bytes)); });
  if (result != 0) fail(path_, "change the length of the file", errno);
}

void RawFile::reserve(std::uint64_t bytes) const {
  // Not posix_fallocate: where the file system cannot answer, that one writes a byte into every block.
  const int result = uninterrupted([&] { return fallocate(descriptor_, 0, 0, static_cast<off_t>(bytes)); });
  if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) fail(path_, "reserve disk space", errno);
}

}  // namespace ntksweep
