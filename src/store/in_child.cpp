#include "in_child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>

#include "ntksweep/core/error.hpp"
#include "uninterrupted.hpp"

namespace ntksweep {
namespace {

/// The first byte of what the child says.
enum class Answer : unsigned char { result, input_error, system_error };

std::vector<std::byte> as_bytes(Answer answer, std::span<const std::byte> content) {
  std::vector<std::byte> bytes(1 + content.size(), static_cast<std::byte>(answer));
  std::ranges::copy(content, bytes.begin() + 1);
  return bytes;
}

std::vector<std::byte> as_bytes(Answer answer, const std::exception& error) {
  return as_bytes(answer, std::as_bytes(std::span(error.what(), std::strlen(error.what()))));
}

std::vector<std::byte> answer_of(const std::function<std::vector<std::byte>()>& work) {
  try {
    return as_bytes(Answer::result, work());
  } catch (const InputError& error) {
    return as_bytes(Answer::input_error, error);
  } catch (const std::exception& error) {
    return as_bytes(Answer::system_error, error);
  }
}

[[noreturn]] void be_child(int pipe_end, const std::function<std::vector<std::byte>()>& work, unsigned limit_s) {
  const rlimit time{limit_s, limit_s}, no_core{0, 0};
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_CORE, &no_core);
  const std::vector<std::byte> answer = answer_of(work);
  for (std::span rest(answer); !rest.empty();) {
    const ssize_t written = uninterrupted([&] { return write(pipe_end, rest.data(), rest.size()); });
    if (written < 0) _exit(1);
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
  _exit(0);
}

std::vector<std::byte> all_from(int pipe_end) {
  std::vector<std::byte> bytes;
  std::array<std::byte, 4096> some{};
  for (ssize_t got = 1; got > 0;) {
    got = uninterrupted([&] { return read(pipe_end, some.data(), some.size()); });
    if (got > 0) bytes.insert(bytes.end(), some.begin(), some.begin() + got);
  }
  return bytes;
}

[[noreturn]] void fail(const char* doing) {
  throw SystemError(fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

/// The child's answer, which is empty where it died.
std::vector<std::byte> content_of(const std::vector<std::byte>& answer, int status) {
  if (WIFSIGNALED(status) || answer.empty()) {
    const bool took_too_long = WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
    throw SystemError(took_too_long ? "HDF5 does not come to an end with it" : "HDF5 crashes on it");
  }
  const std::span content = std::span(answer).subspan(1);
  const std::string text(reinterpret_cast<const char*>(content.data()), content.size());
  if (answer.front() == static_cast<std::byte>(Answer::input_error)) throw InputError(text);
  if (answer.front() == static_cast<std::byte>(Answer::system_error)) throw SystemError(text);
  return {content.begin(), content.end()};
}

}  // namespace

std::vector<std::byte> in_child(const std::function<std::vector<std::byte>()>& work, unsigned limit_s) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("make a pipe");
  const pid_t child = fork();
  if (child == 0) be_child(ends[1], work, limit_s);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    fail("start a process");
  }
  const std::vector<std::byte> answer = all_from(ends[0]);
  close(ends[0]);
  int status = 0;
  uninterrupted([&] { return waitpid(child, &status, 0); });
  return content_of(answer, status);
}

}  // namespace ntksweep
