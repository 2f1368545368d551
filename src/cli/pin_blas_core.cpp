#include "pin_blas_core.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "ntksweep/core/cpu.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/blas_core.hpp"

namespace ntksweep {

namespace {

constexpr const char* variable = "OPENBLAS_CORETYPE";

bool equal(const std::string& a, const std::string& b) { return strcasecmp(a.c_str(), b.c_str()) == 0; }

/// Whether CPUs that these kernels are for multiply and add in one rounding.
bool has_fma(const std::string& name) {
  constexpr std::array families{"Haswell", "Zen", "Excavator", "SkylakeX", "Cooperlake"};
  return std::ranges::any_of(families, [&](const char* family) { return equal(name, family); });
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

void require_own_kernels() {
  const std::string missing = missing_instructions(blas_core());
  if (missing.empty()) return;
  throw SystemError(fmt::format("OpenBLAS has the kernels '{}', which this CPU ({}) cannot run (it has no {}); {}",
                                blas_core(), cpu_model(), missing, cure_of_foreign_kernels()));
}

}  // namespace

std::string missing_instructions(const std::string& name) {
#ifdef __x86_64__
  if (equal(name, "SkylakeX") && !__builtin_cpu_supports("avx512vl")) return "AVX-512";
  if (equal(name, "Cooperlake") && !__builtin_cpu_supports("avx512bf16")) return "AVX-512 BF16";
  if (has_fma(name) && !__builtin_cpu_supports("avx2")) return "AVX2";
  if (equal(name, "Sandybridge") && !__builtin_cpu_supports("avx")) return "AVX";
#endif
  return {};
}

std::string cure_of_foreign_kernels() {
  return std::getenv(variable) != nullptr
             ? "take OPENBLAS_CORETYPE out of the environment"
             : "load an OpenBLAS that was built for all CPUs (DYNAMIC_ARCH=1), or for the oldest of the run";
}

void pin_blas_core(const std::string& name) {
  if (name.empty()) require_own_kernels();
  if (name.empty() || equal(blas_core(), name)) return;
  if (const std::string missing = missing_instructions(name); !missing.empty()) {
    throw InputError(
        fmt::format("--blas-core: this CPU cannot run the kernels '{}' (it has no {}); OpenBLAS chose "
                    "'{}' for it, which a newer CPU of the cluster can run too",
                    name, missing, blas_core()));
  }
  const char* set = std::getenv(variable);
  if (set != nullptr && equal(set, name)) {
    throw InputError(
        fmt::format("--blas-core: OpenBLAS has no kernels called '{}' here and took '{}'; names are those "
                    "of its targets, as Haswell, SkylakeX or Zen",
                    name, blas_core()));
  }
  setenv(variable, name.c_str(), 1);
#ifdef __x86_64__
  // The exponential and its like of the C library round differently where the CPU has FMA.
  if (!has_fma(name)) setenv("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2", 1);
#endif
  start_again();
}

}  // namespace ntksweep
