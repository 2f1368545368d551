#pragma once

#include <optional>

namespace ntksweep {

/// While it lives, SIGINT, SIGTERM and SIGUSR1 ask for a stop in place of ending the process. A second SIGINT ends it.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The first signal that came; nothing so far.
  static std::optional<int> received() noexcept;
};

}  // namespace ntksweep
