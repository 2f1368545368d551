#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {

namespace {

constexpr double smallest_positive = std::numeric_limits<double>::min();

/// "a positive integer", "a number from 0 to 1": what the setting takes.
std::string wanted_number(const Setting& setting) {
  const std::string_view noun = setting.type == ValueType::integer ? "integer" : "number";
  const std::string_view article = setting.type == ValueType::integer ? "an" : "a";
  const bool bounded = std::abs(setting.maximum) < 1e9;
  if (setting.minimum > 0 && setting.minimum <= 1 && !bounded &&
      (setting.type == ValueType::integer || setting.minimum == smallest_positive)) {
    return fmt::format("a positive {}", noun);
  }
  if (bounded || (std::isfinite(setting.maximum) && std::isfinite(setting.minimum))) {
    return fmt::format("{} {} from {} to {}", article, noun, setting.minimum, setting.maximum);
  }
  return std::isfinite(setting.minimum) ? fmt::format("{} {} of at least {}", article, noun, setting.minimum)
                                        : fmt::format("{} finite {}", article, noun);
}

std::string wanted(const Setting& setting) {
  switch (setting.type) {
    case ValueType::boolean:
      return "true or false";
    case ValueType::integer:
    case ValueType::real:
      return wanted_number(setting);
    case ValueType::reals:
      return fmt::format("a list, each entry {}", wanted_number(setting));
    case ValueType::text:
      return "a text in quotes";
    case ValueType::texts:
      return "a list of texts";
    case ValueType::choice:
      return fmt::format("one of {}", fmt::join(setting.choices, ", "));
  }
  throw std::logic_error("a setting has no type");
}

[[noreturn]] void refuse(const Setting& setting, std::string_view where, std::string_view problem) {
  throw InputError(fmt::format("{}: {} ({}); give {}", where, problem, setting.help, wanted(setting)));
}

double checked_number(const Setting& setting, double number, std::string_view where) {
  if (!std::isfinite(number)) refuse(setting, where, fmt::format("{} is not a finite number", number));
  if (number < setting.minimum) {
    refuse(setting, where,
           setting.minimum == smallest_positive ? fmt::format("{} is not above 0", number)
                                                : fmt::format("{} is below {}", number, setting.minimum));
  }
  if (number > setting.maximum) refuse(setting, where, fmt::format("{} is above {}", number, setting.maximum));
  return number;
}

std::int64_t checked_integer(const Setting& setting, const Value& value, std::string_view where) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    checked_number(setting, static_cast<double>(*integer), where);
    return *integer;
  }
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr) refuse(setting, where, fmt::format("'{}' is not an integer", to_text(value)));
  checked_number(setting, *real, where);
  if (*real != std::floor(*real)) refuse(setting, where, fmt::format("{} is not an integer", *real));
  return static_cast<std::int64_t>(*real);
}

double checked_real(const Setting& setting, const Value& value, std::string_view where) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return checked_number(setting, static_cast<double>(*integer), where);
  }
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr) refuse(setting, where, fmt::format("'{}' is not a number", to_text(value)));
  return checked_number(setting, *real, where);
}

std::string checked_choice(const Setting& setting, const Value& value, std::string_view where) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && std::ranges::find(setting.choices, *text) != setting.choices.end()) return *text;
  const std::vector<std::string> known(setting.choices.begin(), setting.choices.end());
  const std::string given = to_text(value);
  throw InputError(fmt::format("{}: '{}' is not known ({}); did you mean {}? Known: {}", where, given, setting.help,
                               nearest_name(given, known), fmt::join(known, ", ")));
}

/// The value itself when it already has the wanted type, which numbers of a list must satisfy too.
template <class Wanted>
Wanted checked_same(const Setting& setting, const Value& value, std::string_view where) {
  const auto* held = std::get_if<Wanted>(&value);
  if (held == nullptr) refuse(setting, where, fmt::format("'{}' has the wrong type", to_text(value)));
  return *held;
}

/// Levenshtein distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::size_t> find_setting(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string, std::size_t> by_name;
    for (std::size_t i = 0; i < settings().size(); ++i) {
      by_name.emplace(settings()[i].key, i);
      by_name.emplace(settings()[i].name(), i);
    }
    return by_name;
  }();
  const auto found = index.find(std::string(name));
  return found == index.end() ? std::nullopt : std::optional(found->second);
}

std::size_t setting_index(std::string_view key) {
  const auto found = find_setting(key);
  if (!found) throw std::logic_error(fmt::format("the program asks for a setting '{}' that does not exist", key));
  return *found;
}

Value checked_value(const Setting& setting, const Value& value, std::string_view where) {
  switch (setting.type) {
    case ValueType::boolean:
      return checked_same<bool>(setting, value, where);
    case ValueType::integer:
      return checked_integer(setting, value, where);
    case ValueType::real:
      return checked_real(setting, value, where);
    case ValueType::text:
      return checked_same<std::string>(setting, value, where);
    case ValueType::choice:
      return checked_choice(setting, value, where);
    case ValueType::texts:
      return checked_same<std::vector<std::string>>(setting, value, where);
    case ValueType::reals: {
      auto numbers = checked_same<std::vector<double>>(setting, value, where);
      for (const double number : numbers) checked_number(setting, number, where);
      return numbers;
    }
  }
  throw std::logic_error("a setting has no type");
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) return {};
  return *std::ranges::min_element(known, {}, [name](const std::string& k) { return edit_distance(name, k); });
}

}  // namespace ntksweep
