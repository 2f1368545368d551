#include <fmt/format.h>

#include <charconv>

#include "axis_expression.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/job.hpp"
#include "split_list.hpp"

namespace ntksweep {

namespace {

bool is_numeric(ValueType type) {
  return type == ValueType::integer || type == ValueType::real || type == ValueType::reals;
}

std::string unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

bool is_bracketed(std::string_view text) { return text.size() >= 2 && text.front() == '[' && text.back() == ']'; }

std::string_view inside(std::string_view brackets) { return trimmed(brackets.substr(1, brackets.size() - 2)); }

/// As a job file writes it, [[1, 2], [3, 4]]; a command line may leave the outer brackets out.
bool is_list_of_lists(std::string_view text) { return is_bracketed(text) && is_bracketed(inside(text)); }

Value parse_word(const std::string& text, ValueType wanted) {
  if (is_numeric(wanted)) {
    if (auto number = parse_number(text)) return *number;
  }
  if (wanted == ValueType::boolean && (text == "true" || text == "false")) return text == "true";
  return unquoted(text);
}

Value parse_inner_list(std::string_view text, ValueType wanted, std::string_view where) {
  const auto parts = split_list(inside(text), where);
  if (!is_numeric(wanted)) {
    std::vector<std::string> words;
    for (const auto& part : parts) words.push_back(unquoted(part));
    return words;
  }
  std::vector<double> numbers;
  for (const auto& part : parts) {
    const auto number = parse_number(part);
    if (!number) throw InputError(fmt::format("{}: '{}' in '{}' is not a number", where, part, text));
    const auto* integer = std::get_if<std::int64_t>(&*number);
    numbers.push_back(integer != nullptr ? static_cast<double>(*integer) : std::get<double>(*number));
  }
  return numbers;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<Value> parse_number(std::string_view text) {
  text = trimmed(text);
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc{} && read.ptr == end) {
    return integer;
  }
  double real = 0;
  if (const auto read = std::from_chars(text.data(), end, real); read.ec == std::errc{} && read.ptr == end) {
    return real;
  }
  return std::nullopt;
}

Written parse_written(std::string_view text, ValueType wanted, std::string_view where) {
  const bool is_text = wanted == ValueType::text || wanted == ValueType::choice;
  if (is_text && trimmed(text).empty()) return {{std::string()}, Written::As::single, std::string(where)};
  auto parts = split_list(text, where);
  const bool nested = parts.size() == 1 && is_list_of_lists(parts[0]);
  if (nested) parts = split_list(inside(parts[0]), where);
  const bool single = parts.size() == 1 && !nested;
  Written written{{}, single ? Written::As::single : Written::As::list, std::string(where)};
  for (const auto& part : parts) {
    written.items.push_back(is_bracketed(part) ? parse_inner_list(part, wanted, where) : parse_word(part, wanted));
  }
  return written;
}

std::vector<Value> parse_axis_text(std::string_view text, std::string_view where) {
  std::vector<Value> values;
  for (Value& item : parse_written(text, ValueType::real, where).items) {
    const auto* word = std::get_if<std::string>(&item);
    if (word == nullptr || !is_axis_expression(*word)) {
      values.push_back(std::move(item));
      continue;
    }
    const auto expanded = expand_axis_expression(*word, ValueType::real, where);
    values.insert(values.end(), expanded.begin(), expanded.end());
  }
  return values;
}

}  // namespace ntksweep
