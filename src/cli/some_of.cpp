#include "some_of.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace ntksweep {

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  const auto shown = std::span(names).first(std::min(names.size(), most));
  const std::string text = fmt::format("{}", fmt::join(shown, ", "));
  return names.size() <= most ? text : fmt::format("{} and {} more", text, names.size() - most);
}

}  // namespace ntksweep
