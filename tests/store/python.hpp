#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace ntksweep::test {

/// What a Python script of this folder prints (errors too), run with Debian's Python, which has h5py and xarray.
inline std::string run_python(const std::string& script, const std::string& arguments) {
  const std::string command =
      "/usr/bin/python3 '" + std::string(NTKSWEEP_SOURCE_DIR) + "/tests/store/" + script + "' " + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
  pclose(pipe);
  return output;
}

}  // namespace ntksweep::test
