#pragma once

#include <sched.h>

namespace ntksweep {

/// While it lives, every thread of this process may run on `cores`; afterwards, on `before` again. BLAS threads inherit
/// the cores of the thread that starts them, and those that were started for an earlier cell are moved too. Nothing
/// happens where both sets are the same. What the system refuses is left as it is: slower, not wrong.
class TeamCores {
 public:
  TeamCores(const cpu_set_t& cores, const cpu_set_t& before);
  TeamCores(const TeamCores&) = delete;
  TeamCores& operator=(const TeamCores&) = delete;
  ~TeamCores();

 private:
  cpu_set_t before_;
  bool moved_;
};

}  // namespace ntksweep
