#include "pin_blas_core.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/blas_core.hpp"

namespace ntksweep {

namespace {

constexpr const char* variable = "OPENBLAS_CORETYPE";

bool equal(const std::string& a, const std::string& b) { return strcasecmp(a.c_str(), b.c_str()) == 0; }

/// The flag of /proc/cpuinfo that the youngest x86 families need; OpenBLAS itself takes the user's word.
std::string needed_flag(const std::string& name) {
  if (equal(name, "Cooperlake") || equal(name, "SapphireRapids")) return "avx512_bf16";
  if (equal(name, "SkylakeX")) return "avx512vl";
  if (equal(name, "Haswell") || equal(name, "Zen") || equal(name, "Excavator")) return "avx2";
  if (equal(name, "Sandybridge")) return "avx";
  return {};
}

/// Where the file cannot be read, nothing is known to be missing.
bool cpu_has(const std::string& flag) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      if (word == flag) return true;
    }
    return false;
  }
  return true;
}

[[noreturn]] void start_again() {
  std::ifstream file("/proc/self/cmdline");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<char*> arguments;
  for (std::size_t i = 0; i < text.size(); i = text.find('\0', i) + 1) arguments.push_back(&text[i]);
  arguments.push_back(nullptr);
  execv("/proc/self/exe", arguments.data());
  throw SystemError("--blas-core: the program could not start itself again; try OPENBLAS_CORETYPE in the environment");
}

}  // namespace

void pin_blas_core(const std::string& name) {
  if (name.empty() || equal(blas_core(), name)) return;
  if (const std::string flag = needed_flag(name); !flag.empty() && !cpu_has(flag)) {
    throw InputError(
        fmt::format("--blas-core: this CPU cannot run the kernels '{}' (it has no {}); OpenBLAS chose "
                    "'{}' for it, which an older or equal CPU would choose too",
                    name, flag, blas_core()));
  }
  const char* set = std::getenv(variable);
  if (set != nullptr && equal(set, name)) {
    throw InputError(
        fmt::format("--blas-core: OpenBLAS has no kernels called '{}' here and took '{}'; names are those "
                    "of its targets, as Haswell, SkylakeX or Zen",
                    name, blas_core()));
  }
  setenv(variable, name.c_str(), 1);
  start_again();
}

}  // namespace ntksweep
