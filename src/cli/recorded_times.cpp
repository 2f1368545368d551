#include "recorded_times.hpp"

#include <utility>

namespace ntksweep {

std::function<Dispatcher::Times(std::uint64_t cell)> recorded_times(const ResultReader& file) {
  return [statuses = file.statuses(), wall = file.column("wall_time"),
          training = file.column("training_time")](std::uint64_t cell) -> Dispatcher::Times {
    const Status status = statuses[cell];
    const bool computed = status == Status::converged || status == Status::max_steps || status == Status::diverged;
    return computed ? Dispatcher::Times{training[cell], wall[cell] - training[cell]} : Dispatcher::Times{0, 0};
  };
}

}  // namespace ntksweep
