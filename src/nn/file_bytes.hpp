#pragma once

#include <span>
#include <string>

namespace ntksweep {

/// The whole content of a file, plain or gzip-compressed. Throws InputError naming the file when it
/// cannot be read, is a folder, or its compressed data is damaged or ends early.
std::string read_file(const std::string& path);

/// Decompresses gzip data that lies in memory; std::logic_error when it is damaged (it is our own).
std::string gunzip(std::span<const unsigned char> compressed);

}  // namespace ntksweep
