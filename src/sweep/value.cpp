#include "ntksweep/sweep/value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <type_traits>

namespace ntksweep {

std::string to_text(const Value& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::vector<double>> || std::is_same_v<Held, std::vector<std::string>>) {
          return fmt::format("{}", fmt::join(held, ","));
        } else {
          return fmt::format("{}", held);
        }
      },
      value);
}

double round_axis_value(double value) {
  // Through decimal text: scaling by powers of ten would leave the last bit to chance.
  const std::string text = fmt::format("{:.11e}", value);
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded == 0 ? 0.0 : rounded;
}

}  // namespace ntksweep
