#include "axis_expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "ntksweep/core/error.hpp"
#include "split_list.hpp"

namespace ntksweep {

namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view where, std::string_view problem) {
  throw InputError(fmt::format("{}: {}: {}", where, text, problem));
}

/// The arguments, and what is needed to complain about them.
struct Call {
  std::string_view text, where;
  std::vector<double> arguments;

  [[noreturn]] void fail(std::string_view problem) const { refuse(text, where, problem); }
  std::size_t count(double n) const {
    if (!(n >= 1) || n != std::floor(n)) fail(fmt::format("the number of values, {}, must be a positive integer", n));
    if (n > most_axis_values) fail(fmt::format("an axis has at most {} values", most_axis_values));
    return static_cast<std::size_t>(n);
  }
};

std::vector<double> linspace(const Call& call) {
  const double a = call.arguments[0], b = call.arguments[1];
  const std::size_t n = call.count(call.arguments[2]);
  std::vector<double> values(n, a);
  for (std::size_t i = 1; i < n; ++i) values[i] = a + (b - a) * static_cast<double>(i) / static_cast<double>(n - 1);
  return values;
}

std::vector<double> geomspace(const Call& call) {
  const double a = call.arguments[0], b = call.arguments[1];
  const std::size_t n = call.count(call.arguments[2]);
  if (!(a * b > 0)) call.fail("both ends must have the same sign and not be 0; use linspace to include 0");
  std::vector<double> values(n, a);
  for (std::size_t i = 1; i < n; ++i) {
    values[i] = a * std::exp(std::log(b / a) * static_cast<double>(i) / static_cast<double>(n - 1));
  }
  return values;
}

std::vector<double> arange(const Call& call) {
  const double a = call.arguments[0], b = call.arguments[1], step = call.arguments[2];
  if (step == 0 || (b - a) / step <= 0) {
    call.fail(fmt::format("no value lies from {} to below {} in steps of {}; check the sign of the step", a, b, step));
  }
  // The slack keeps b out when (b - a) / step is an integer but for rounding.
  const std::size_t n = call.count(std::max(1.0, std::ceil((b - a) / step - 1e-9)));
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = a + step * static_cast<double>(i);
  return values;
}

std::vector<double> pow2(const Call& call) {
  for (const double end : call.arguments) {
    int exponent = 0;
    if (!(end > 0) || std::frexp(end, &exponent) != 0.5) call.fail(fmt::format("{} is not a power of two", end));
  }
  if (call.arguments[0] > call.arguments[1]) call.fail("the first power of two must not be above the last");
  std::vector<double> values;
  for (double power = call.arguments[0]; power <= call.arguments[1]; power *= 2) values.push_back(power);
  return values;
}

struct Function {
  std::string_view name;
  std::string_view usage;
  std::size_t arguments;
  std::vector<double> (*expand)(const Call& call);
};

constexpr Function functions[] = {
    {"linspace", "linspace(first, last, count)", 3, linspace},
    {"geomspace", "geomspace(first, last, count)", 3, geomspace},
    {"arange", "arange(first, end, step)", 3, arange},
    {"pow2", "pow2(first, last)", 2, pow2},
};

const Function& find_function(std::string_view name, std::string_view text, std::string_view where) {
  std::vector<std::string> known;
  for (const Function& function : functions) {
    if (function.name == name) return function;
    known.emplace_back(function.name);
  }
  refuse(text, where,
         fmt::format("there is no axis expression '{}'; did you mean {}?", name, nearest_name(name, known)));
}

Call parse_arguments(std::string_view inside, const Function& function, std::string_view text, std::string_view where) {
  Call call{text, where, {}};
  for (const std::string& part : split_list(inside, where)) {
    const auto number = parse_number(part);
    if (!number) call.fail(fmt::format("'{}' is not a number; write {}", part, function.usage));
    const auto* integer = std::get_if<std::int64_t>(&*number);
    call.arguments.push_back(integer != nullptr ? static_cast<double>(*integer) : std::get<double>(*number));
    if (!std::isfinite(call.arguments.back())) call.fail(fmt::format("{} is not a finite number", part));
  }
  if (call.arguments.size() != function.arguments) {
    call.fail(
        fmt::format("needs {} numbers, has {}; write {}", function.arguments, call.arguments.size(), function.usage));
  }
  return call;
}

/// The rounding also makes the last value the end that was asked for.
Value as_axis_value(double number) {
  const double rounded = round_axis_value(number);
  const bool integral = rounded == std::floor(rounded) && std::abs(rounded) < 1e15;
  return integral ? Value(static_cast<std::int64_t>(rounded)) : Value(rounded);
}

}  // namespace

bool is_axis_expression(std::string_view text) {
  text = trimmed(text);
  const auto open = text.find('(');
  const auto in_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return open != std::string_view::npos && open > 0 && std::ranges::all_of(trimmed(text.substr(0, open)), in_name);
}

std::vector<Value> expand_axis_expression(std::string_view text, ValueType wanted, std::string_view where) {
  text = trimmed(text);
  const auto open = text.find('(');
  const Function& function = find_function(trimmed(text.substr(0, open)), text, where);
  if (text.back() != ')') refuse(text, where, fmt::format("the closing bracket is missing; write {}", function.usage));
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  std::vector<double> numbers = function.expand(parse_arguments(inside, function, text, where));
  if (wanted == ValueType::integer && function.expand == geomspace) {
    for (double& number : numbers) number = std::round(number);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  }
  std::vector<Value> values;
  std::ranges::transform(numbers, std::back_inserter(values), as_axis_value);
  return values;
}

}  // namespace ntksweep
