#include "split_list.hpp"

#include <fmt/format.h>

#include <utility>

#include "axis_expression.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

/// What surrounds the character at hand: the brackets still open, and the quote if in one.
struct Nesting {
  std::string closers;
  char quote = 0;
  bool at_start = true;  ///< of an entry: elsewhere a quote is an apostrophe

  bool outermost() const { return closers.empty() && quote == 0; }

  /// False when `c` closes a bracket that is not the one open.
  bool enter(char c) {
    const bool quote_may_open = std::exchange(at_start, c == ',' || c == '[' || (at_start && c == ' '));
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (quote_may_open && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '(' || c == '[') {
      closers.push_back(c == '(' ? ')' : ']');
    } else if (c == ')' || c == ']') {
      if (closers.empty() || closers.back() != c) return false;
      closers.pop_back();
    }
    return true;
  }
};

std::string whole_part(std::string_view part, std::string_view text, std::string_view where) {
  part = trimmed(part);
  if (part.empty())
    throw InputError(fmt::format("{}: '{}' has an empty entry; write values with commas between", where, text));
  return std::string(part);
}

}  // namespace

std::vector<std::string> split_list(std::string_view text, std::string_view where) {
  if (trimmed(text).empty()) return {};
  std::vector<std::string> parts;
  Nesting nesting;
  std::size_t first = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && nesting.outermost()) {
      parts.push_back(whole_part(text.substr(first, i - first), text, where));
      first = i + 1;
      nesting.at_start = true;
    } else if (!nesting.enter(text[i])) {
      throw InputError(fmt::format("{}: '{}' has a '{}' that closes nothing (column {})", where, text, text[i], i + 1));
    }
  }
  if (!nesting.outermost()) {
    throw InputError(fmt::format(
        "{}: '{}' has a bracket or quote that is not closed; put quotes around a text that has one", where, text));
  }
  parts.push_back(whole_part(text.substr(first), text, where));
  return parts;
}

}  // namespace ntksweep
