#include "ntksweep/store/seen_mark.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "host_facts.hpp"
#include "ntksweep/core/answer_within.hpp"
#include "output_path.hpp"

namespace ntksweep {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto between_looks = std::chrono::milliseconds(100);

/// Opening the folder has clients of NFS ask the server whether it has changed.
bool look(const std::string& path) {
  const int folder = open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) close(folder);
  return access(path.c_str(), F_OK) == 0;
}

}  // namespace

SeenMark::SeenMark(const std::string& output_path) {
  const std::string suffix = fmt::format(".tmp.seen.{}.{}.{:08x}", host_name(), getpid(), std::random_device()());
  const int file = open((output_path + suffix).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return;
  close(file);
  suffix_ = suffix;
  path_ = output_path + suffix;
}

SeenMark::~SeenMark() {
  if (!path_.empty()) unlink(path_.c_str());
}

bool sees_mark(const std::string& output_path, const std::string& suffix, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  const auto look_until_seen = [path = output_path + suffix, end] {
    while (!look(path)) {
      if (Clock::now() >= end) return false;
      std::this_thread::sleep_for(between_looks);
    }
    return true;
  };
  return answer_within(limit + std::chrono::seconds(1), look_until_seen).value_or(false);
}

}  // namespace ntksweep
