#include "ntksweep/store/writer.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "lock_holder.hpp"

namespace ntksweep {

std::optional<std::string> writer_of(const std::string& path) {
  std::ifstream file(path + ".lock", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::optional<LockHolder> holder = parse_holder(text);
  if (!holder || liveness(*holder) == Liveness::gone) return std::nullopt;
  return describe(*holder);
}

}  // namespace ntksweep
