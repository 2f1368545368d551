#include "stop_signals.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace ntksweep {

namespace {

constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGUSR1};

std::atomic<int> first = 0;  // what a signal handler may write
static_assert(std::atomic<int>::is_always_lock_free);

void note(int signal) {
  int none = 0;
  first.compare_exchange_strong(none, signal);
}

}  // namespace

StopSignals::StopSignals() {
  first = 0;
  for (const int signal : signals) {
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART | (signal == SIGINT ? SA_RESETHAND : 0);
    sigaction(signal, &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (const int signal : signals) std::signal(signal, SIG_DFL);
}

std::optional<int> StopSignals::received() noexcept {
  const int signal = first;
  return signal == 0 ? std::nullopt : std::optional(signal);
}

}  // namespace ntksweep
