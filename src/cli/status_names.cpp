#include "status_names.hpp"

#include <fmt/format.h>

namespace ntksweep {

std::string status_summary(const std::array<std::uint64_t, 7>& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i], status_names[i]);
  }
  return text;
}

}  // namespace ntksweep
