#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {

/// A value or a list of values, as written in the job file or on the command line.
struct Written {
  enum class As { single, list };
  std::vector<Value> items;  ///< inner lists are vectors
  As as = As::single;
  std::string where;  ///< file, line and key, or option: the beginning of a message about it
};

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
inline constexpr int most_axis_values = 10'000;  // a million takes seconds under sanitizers
#else
inline constexpr int most_axis_values = 1'000'000;
#endif

/// Whether `text` has the form name(...) of an axis expression.
bool is_axis_expression(std::string_view text);

/// Values of linspace(a,b,n), geomspace(a,b,n), arange(a,b,step) (b excluded) or pow2(a,b) (powers
/// of two, both included). Reals are rounded as axis values are; where integers are wanted,
/// geomspace rounds to the nearest one and keeps each once. Throws InputError naming `where`.
std::vector<Value> expand_axis_expression(std::string_view text, ValueType wanted, std::string_view where);

/// The text of a command-line option as a setting of type `wanted` reads it: numbers for numeric
/// types, names otherwise ('...' and "..." keep commas), [..] for an inner list.
Written parse_written(std::string_view text, ValueType wanted, std::string_view where);

/// `text` as a number, if all of it is one.
std::optional<Value> parse_number(std::string_view text);

std::string_view trimmed(std::string_view text);

}  // namespace ntksweep
