#pragma once

#include <string>

namespace ntksweep {

/// As the system names it, "AMD EPYC 7763 64-Core Processor"; empty where it does not.
std::string cpu_model();

/// Instructions beyond those of every CPU of its kind that the program was built to use, as "AVX2 FMA"; empty for a
/// program that runs on all of them. On a CPU that lacks one of them the program says so at its start, before anything
/// else, and ends with exit code 1: without this it would die by SIGILL wherever the first of them comes.
std::string built_for_cpu_features();

}  // namespace ntksweep
