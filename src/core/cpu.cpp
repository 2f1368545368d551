#include "ntksweep/core/cpu.hpp"

#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>

namespace ntksweep {

namespace {

struct Feature {
  const char* name;
  bool is_there;
};

#ifdef __x86_64__
/// Those that compiler flags (-march, -mavx2, ...) allowed the compiler to use, and whether this CPU has them. This and
/// what calls it before main must not be compiled to use them.
__attribute__((target("arch=x86-64"))) const Feature* built_in_features() {
  static Feature features[] = {
#ifdef __SSE4_2__
      {"SSE4.2", __builtin_cpu_supports("sse4.2") != 0},
#endif
#ifdef __AVX__
      {"AVX", __builtin_cpu_supports("avx") != 0},
#endif
#ifdef __AVX2__
      {"AVX2", __builtin_cpu_supports("avx2") != 0},
#endif
#ifdef __FMA__
      {"FMA", __builtin_cpu_supports("fma") != 0},
#endif
#ifdef __BMI2__
      {"BMI2", __builtin_cpu_supports("bmi2") != 0},
#endif
#ifdef __AVX512F__
      {"AVX512F", __builtin_cpu_supports("avx512f") != 0},
#endif
#ifdef __AVX512VL__
      {"AVX512VL", __builtin_cpu_supports("avx512vl") != 0},
#endif
#ifdef __AVX512VNNI__
      {"AVX512VNNI", __builtin_cpu_supports("avx512vnni") != 0},
#endif
#ifdef __AVX512BF16__
      {"AVX512BF16", __builtin_cpu_supports("avx512bf16") != 0},
#endif
      {nullptr, true}};
  return features;
}

/// A line that is put together by nothing but stores of single bytes.
struct Line {
  char bytes[512];
  std::size_t size;
};

__attribute__((target("arch=x86-64"))) void append(Line& line, const char* text) {
  for (; *text != '\0' && line.size < sizeof line.bytes; ++text) line.bytes[line.size++] = *text;
}

/// Before the constructors of all other objects, any of which may use such an instruction.
__attribute__((target("arch=x86-64"), constructor(101))) void require_cpu_features() {
  __builtin_cpu_init();
  Line lacking{{}, 0};
  for (const Feature* feature = built_in_features(); feature->name != nullptr; ++feature) {
    if (feature->is_there) continue;
    append(lacking, " ");
    append(lacking, feature->name);
  }
  if (lacking.size == 0) return;
  char host[65] = {};
  if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  Line line{{}, 0};
  append(line, "ntksweep: this program was built for a newer CPU than that of ");
  append(line, host);
  append(line, ", which lacks");
  append(line, lacking.bytes);
  append(line, "; build it without -march flags (it then runs on all), or for the oldest CPU of the run\n");
  static_cast<void>(!write(STDERR_FILENO, line.bytes, line.size));
  _exit(EXIT_FAILURE);
}
#else
const Feature* built_in_features() {
  static const Feature features[] = {{nullptr, true}};
  return features;
}
#endif

}  // namespace

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

std::string built_for_cpu_features() {
  std::string names;
  for (const Feature* feature = built_in_features(); feature->name != nullptr; ++feature) {
    if (!names.empty()) names += ' ';
    names += feature->name;
  }
  return names;
}

}  // namespace ntksweep
