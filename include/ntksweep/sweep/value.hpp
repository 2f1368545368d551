#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ntksweep {

/// The value of one setting.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<double>, std::vector<std::string>>;

/// Canonical text: reals in their shortest round-trip form, lists joined by commas.
std::string to_text(const Value& value);

/// Rounded to 12 significant digits, -0 becomes 0: an extended geomspace meets its old points.
double round_axis_value(double value);

}  // namespace ntksweep
