#include "file_bytes.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

using GzipFile = std::unique_ptr<gzFile_s, int (*)(gzFile)>;

/// gzopen reads plain files as they are.
GzipFile open_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw InputError(fmt::format("{}: is a folder where a file is expected; name the file in it", path));
  }
  errno = 0;
  GzipFile file(gzopen(path.c_str(), "rb"), gzclose_r);
  if (file != nullptr) return file;
  throw InputError(fmt::format("{}: cannot be read ({}); check the path and its permissions", path,
                               errno != 0 ? std::strerror(errno) : "out of memory"));
}

[[noreturn]] void fail_damaged(const std::string& path, const char* reason) {
  throw InputError(
      fmt::format("{}: its compressed data is damaged or ends early ({}); fetch the file again", path, reason));
}

}  // namespace

std::string read_file(const std::string& path) {
  GzipFile file = open_file(path);
  std::string content;
  for (std::size_t size = 0;;) {
    content.resize(size + chunk);
    const int got = gzread(file.get(), content.data() + size, static_cast<unsigned>(chunk));
    if (got < 0) {
      int code = Z_OK;
      const char* reason = gzerror(file.get(), &code);
      if (code != Z_ERRNO) fail_damaged(path, reason);
      throw InputError(fmt::format("{}: cannot be read ({})", path, std::strerror(errno)));
    }
    size += static_cast<std::size_t>(got);
    content.resize(size);
    if (got == 0) break;
  }
  // A stream that ends in its middle is only told when the file is closed.
  if (gzclose_r(file.release()) != Z_OK) fail_damaged(path, "unexpected end of file");
  return content;
}

std::string gunzip(std::span<const unsigned char> compressed) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::logic_error("gunzip: zlib could not start");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end_at_exit(&stream, inflateEnd);
  stream.next_in = const_cast<unsigned char*>(compressed.data());  // zlib only reads it
  stream.avail_in = static_cast<unsigned>(compressed.size());
  std::string content;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    const std::size_t size = content.size();
    content.resize(size + chunk);
    stream.next_out = reinterpret_cast<unsigned char*>(content.data() + size);
    stream.avail_out = static_cast<unsigned>(chunk);
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) throw std::logic_error("gunzip: embedded data is damaged");
    content.resize(size + chunk - stream.avail_out);
  }
  return content;
}

}  // namespace ntksweep
