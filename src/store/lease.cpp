#include "lease.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <condition_variable>
#include <csignal>
#include <mutex>

namespace ntksweep {
namespace {

/// Threads that are started meanwhile get no signals: those are for the main thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

void renew(const std::stop_token& stop, int lock, std::chrono::milliseconds interval, std::latch& waits) {
  std::mutex mutex;
  std::condition_variable_any bell;
  std::unique_lock guard(mutex);
  waits.count_down();
  while (!bell.wait_for(guard, stop, interval, [&] { return stop.stop_requested(); })) {
    futimens(lock, nullptr);  // now, by the file server; a lease that cannot be renewed runs out
  }
}

}  // namespace

Lease::Lease(const std::string& lock_path, std::chrono::milliseconds renewal)
    : lock_(open(lock_path.c_str(), O_RDWR | O_CLOEXEC)), waits_(std::make_unique<std::latch>(1)) {
  const SignalsBlocked blocked;
  // A child of fork (in_child) never gets back what this thread holds at that moment, such as a lock of the allocator
  // while it starts: from here on it only waits.
  thread_ = std::jthread([lock = lock_.get(), renewal, waits = waits_.get()](const std::stop_token& stop) {
    renew(stop, lock, renewal, *waits);
  });
  waits_->wait();
}

timespec modification_time(const Descriptor& file) {
  struct stat facts {};
  fstat(file.get(), &facts);
  return facts.st_mtim;
}

std::chrono::milliseconds silence_of(const Descriptor& lock, timespec now) {
  const timespec then = modification_time(lock);
  return std::chrono::milliseconds((now.tv_sec - then.tv_sec) * 1000 + (now.tv_nsec - then.tv_nsec) / 1'000'000);
}

}  // namespace ntksweep
