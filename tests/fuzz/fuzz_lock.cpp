// Locks that someone else has left: who holds them is read or not, and the line about it is one.

#include "fuzz.hpp"
#include "lock_holder.hpp"

using namespace ntksweep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto holder = parse_holder(std::string(fuzz::as_text(data, size)));
  fuzz::accepted([&] { throw InputError(refusal("out.h5.lock", holder, std::chrono::seconds(4), "do that")); });
  if (!holder) return 0;
  liveness(*holder);
  const auto again = parse_holder(to_json(*holder));
  fuzz::must(again && again->pid == holder->pid && again->restarts == holder->restarts,
             "a holder that is written can be read");
  return 0;
}
