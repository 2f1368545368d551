#include "host_facts.hpp"

#include <fmt/chrono.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace ntksweep {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id;
}

std::string batch_job_id() {
  const char* id = std::getenv("SLURM_JOB_ID");
  return id == nullptr ? std::string() : std::string(id);
}

long batch_restarts() {
  const char* count = std::getenv("SLURM_RESTART_COUNT");  // not there at the first start
  return count == nullptr ? 0 : std::strtol(count, nullptr, 10);
}

std::optional<std::string> process_start(long pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // Field 2, the program's name, may hold blanks and parentheses: fields are counted from its end.
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string field;
  rest >> field;
  if (field == "Z" || field == "X") return std::nullopt;
  for (int number = 4; number <= 22; ++number) rest >> field;
  return field;
}

std::string now_utc() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace ntksweep
