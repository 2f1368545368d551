#include "ntksweep/store/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <ctime>

#include "descriptor.hpp"
#include "host_facts.hpp"
#include "lease.hpp"
#include "lock_holder.hpp"

namespace ntksweep {

std::optional<std::string> writer_of(const std::string& path) {
  const Descriptor lock(open((path + ".lock").c_str(), O_RDONLY | O_CLOEXEC));
  if (lock.get() < 0) return std::nullopt;
  const std::optional<LockHolder> holder = parse_holder(short_text(lock));
  if (!holder || liveness(*holder) == Liveness::gone) return std::nullopt;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);  // nothing is written here, so this host's clock must do
  const auto silence = silence_of(lock, now);
  if (holder->host == host_name() || silence < LeaseTimes{}.silence) return describe(*holder);
  return fmt::format("{}, without a sign of life for {}", describe(*holder), silence_text(silence));
}

}  // namespace ntksweep
