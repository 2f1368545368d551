#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ntksweep {

/// A file written at given places, past every buffer of this process. Every failure is a SystemError that names the
/// file and the reason and says what is safe and what to do.
class RawFile {
 public:
  enum class Mode { read, write };
  RawFile(const std::string& path, Mode mode);
  /// A new, empty file; an existing one is emptied.
  static RawFile create(const std::string& path);
  RawFile(RawFile&& other) noexcept;
  RawFile& operator=(RawFile&& other) noexcept;
  ~RawFile();

  void write(std::uint64_t offset, std::span<const std::byte> bytes) const;
  void read(std::uint64_t offset, std::span<std::byte> bytes) const;

  /// fdatasync: what was written is on disk when this returns.
  void sync() const;

  /// Makes the file that long: cuts it, or adds zeros.
  void resize(std::uint64_t bytes) const;

  /// Asks the file system for that many bytes at once, where it can answer; throws when it has not got them.
  void reserve(std::uint64_t bytes) const;

 private:
  RawFile(const std::string& path, int descriptor, std::string_view purpose);

  std::string path_;
  int descriptor_;
};

}  // namespace ntksweep
