#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "ntksweep/core/error.hpp"

/// What the targets share (docs/decisions/0020-fuzzing.md). A target is one function, LLVMFuzzerTestOneInput, that says
/// what must hold for any bytes; libFuzzer looks for bytes for which it does not, and ctest replays tests/fuzz/corpus.
namespace ntksweep::fuzz {

/// Ends the process where `holds` is false: what is fuzzed has broken this promise.
inline void must(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

/// Whether `run` came to its end. It may refuse what it is given, by an error of ntksweep's own with a message of one
/// line; any other exception escapes, and ends the process.
template <class Run>
bool accepted(const Run& run) {
  std::string message;
  try {
    run();
    return true;
  } catch (const InputError& error) {
    message = error.what();
  } catch (const SystemError& error) {
    message = error.what();
  }
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; };
  must(message.size() > 10, "an error says something");
  for (const char c : message) must(!is_control(c), "a message is one line that a terminal shows as it is: " + message);
  return false;
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A file without a name, for readers that take a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) { must(descriptor_ >= 0, "there is a file in memory"); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  void fill(std::string_view content) const {
    must(ftruncate(descriptor_, 0) == 0, "a file in memory can be emptied");
    const auto written = pwrite(descriptor_, content.data(), content.size(), 0);
    must(written == static_cast<ssize_t>(content.size()), "a file in memory can be written");
  }

 private:
  int descriptor_;
};

/// A folder of this process, in memory where there is such a place; gone at the end.
class Folder {
 public:
  Folder() {
    const bool in_memory = access("/dev/shm", W_OK) == 0;
    std::string name = (in_memory ? "/dev/shm" : std::filesystem::temp_directory_path().string()) + "/fuzz-XXXXXX";
    must(mkdtemp(name.data()) != nullptr, "there is a folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace ntksweep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
