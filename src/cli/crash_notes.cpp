#include "crash_notes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string_view>
#include <utility>

#include "ntksweep/core/hash.hpp"
#include "ntksweep/store/death_file.hpp"

namespace ntksweep {

namespace {

struct Deadly {
  int number;
  std::string_view name;
  struct sigaction before;
};

/// All that a signal handler may look at; text is made beforehand, as a handler must not.
struct Note {
  std::string path, line, said, advice;
};
std::array<Note, 2> notes;
std::atomic<const Note*> current = nullptr;
std::atomic<bool> dying = false;
const Note* newest = nullptr;  // known to the thread that computes alone
std::array<Deadly, 5> deadly{{{SIGSEGV, "SIGSEGV", {}},
                              {SIGBUS, "SIGBUS", {}},
                              {SIGFPE, "SIGFPE", {}},
                              {SIGILL, "SIGILL", {}},
                              {SIGABRT, "SIGABRT", {}}}};
static_assert(std::atomic<const Note*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

/// A line that is put together without the heap.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    const std::size_t count = std::min(text.size(), bytes_.size() - size_);
    std::memcpy(bytes_.data() + size_, text.data(), count);
    size_ += count;
    return *this;
  }
  Line& operator<<(std::uint64_t number) {
    std::array<char, 20> digits{};
    std::size_t first = digits.size();
    do digits[--first] = static_cast<char>('0' + number % 10);
    while ((number /= 10) > 0);
    return *this << std::string_view(&digits[first], digits.size() - first);
  }
  void write_to(int file) const { static_cast<void>(!write(file, bytes_.data(), size_)); }

 private:
  std::array<char, 4096> bytes_;
  std::size_t size_ = 0;
};

void write_note(const Note& note, std::string_view signal) {
  (Line() << note.said << signal << note.advice).write_to(STDERR_FILENO);
  const int file = open(note.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return;
  const auto now = static_cast<std::uint64_t>(std::time(nullptr));
  (Line() << note.line << now << " cause " << signal << "\n").write_to(file);
  close(file);
}

void die(int number) {
  for (const Deadly& signal : deadly) {
    if (signal.number != number) continue;
    dying = true;
    if (const Note* note = current.exchange(nullptr)) write_note(*note, signal.name);
    sigaction(number, &signal.before, nullptr);
  }
  raise(number);
}

}  // namespace

CrashNotes::CrashNotes(std::string output_path, int rank, std::string host, std::uint64_t run)
    : output_path_(std::move(output_path)), host_(std::move(host)), rank_(rank), run_(run) {
  for (Deadly& signal : deadly) {
    struct sigaction action {};
    action.sa_handler = die;
    sigaction(signal.number, &action, &signal.before);
  }
}

CrashNotes::~CrashNotes() {
  idle();
  for (const Deadly& signal : deadly) sigaction(signal.number, &signal.before, nullptr);
}

void CrashNotes::at_work(std::uint64_t cell, std::uint64_t key) const {
  // The other note may be read by a handler on another thread right now; the one after it shall not be overwritten.
  if (dying) return;
  Note& next = newest == &notes[0] ? notes[1] : notes[0];
  newest = &next;
  next.path = death_file_path(output_path_);
  next.line = death_line_start({cell, key, rank_, host_, run_, 0, {}});
  next.said = fmt::format("ntksweep: rank {} on {} dies by ", rank_, host_);
  next.advice = fmt::format(
      " in cell {} ({}); to see that cell alone: ntksweep replay {} --cell {}; running again goes on, and leaves the "
      "cell out once two have died at it\n",
      cell, to_hex(key), output_path_, cell);
  current = &next;
}

void CrashNotes::idle() const noexcept { current = nullptr; }

}  // namespace ntksweep
