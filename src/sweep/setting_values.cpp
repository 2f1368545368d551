#include "setting_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

constexpr std::int64_t most_replicates = 1'000'000;

bool is_number(ValueType type) { return type == ValueType::integer || type == ValueType::real; }

bool is_vector(const Value& value) {
  return std::holds_alternative<std::vector<double>>(value) || std::holds_alternative<std::vector<std::string>>(value);
}

template <class Item>
std::vector<Value> as_values(const std::vector<Item>& items) {
  return std::vector<Value>(items.begin(), items.end());
}

/// A single [..] of the command line is the list that the same brackets are in a job file.
Written without_brackets(const Written& written) {
  if (written.as == Written::As::list || written.items.size() != 1) return written;
  const Value& only = written.items.front();
  if (const auto* numbers = std::get_if<std::vector<double>>(&only)) {
    return {as_values(*numbers), Written::As::list, written.where};
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&only)) {
    return {as_values(*texts), Written::As::list, written.where};
  }
  return written;
}

/// Axis expressions replaced by their values, which makes a list of a single one.
Written expanded(const Written& written, ValueType wanted) {
  Written result{{}, written.as, written.where};
  for (const Value& item : written.items) {
    const auto* text = std::get_if<std::string>(&item);
    if (text == nullptr || !is_axis_expression(*text)) {
      result.items.push_back(item);
      continue;
    }
    const auto values = expand_axis_expression(*text, wanted, written.where);
    result.items.insert(result.items.end(), values.begin(), values.end());
    if (result.items.size() > most_axis_values) {
      throw InputError(fmt::format("{}: an axis has at most {} values", written.where, most_axis_values));
    }
    result.as = Written::As::list;
  }
  return result;
}

/// Rounded, so that a cell is the same cell whether its value was written out or computed; a
/// default that has more digits stays itself, so that writing it out changes no cell.
double canonical_real(double value, const Value& neutral) {
  const double rounded = round_axis_value(value);
  const auto* exact = std::get_if<double>(&neutral);
  return exact != nullptr && rounded == round_axis_value(*exact) ? *exact : rounded;
}

Value canonical(const Setting& setting, Value value) {
  if (setting.role != Role::cell) return value;
  if (auto* real = std::get_if<double>(&value)) *real = canonical_real(*real, setting.default_value);
  if (auto* reals = std::get_if<std::vector<double>>(&value))
    std::ranges::transform(*reals, reals->begin(), round_axis_value);
  return value;
}

std::vector<Value> checked_list(const Setting& setting, const Written& written) {
  std::vector<Value> values;
  for (const Value& item : written.items) {
    if (is_vector(item) && setting.type != ValueType::reals && setting.type != ValueType::texts) {
      throw InputError(fmt::format("{}: has a list inside its list; give one list of values", written.where));
    }
    values.push_back(canonical(setting, checked_value(setting, item, written.where)));
  }
  auto sorted = values;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    throw InputError(fmt::format("{}: {} is given twice; leave out one of them", written.where, to_text(*twice)));
  }
  return values;
}

/// `seed = 5`: replicates 0 to 4.
SettingValues replicates(const Setting& setting, const Written& written) {
  const Value count = checked_value(setting, written.items.front(), written.where);
  const auto n = std::get<std::int64_t>(count);
  if (n < 1 || n > most_replicates) {
    throw InputError(
        fmt::format("{}: {} is no number of replicates; give 1 to {} (5 means seeds 0 to 4), or a list "
                    "such as [{}]",
                    written.where, n, most_replicates, n));
  }
  SettingValues result{{}, Written::As::list};
  for (std::int64_t seed = 0; seed < n; ++seed) result.values.emplace_back(seed);
  return result;
}

SettingValues scalar_values(const Setting& setting, const Written& written) {
  Written list = without_brackets(written);
  if (is_number(setting.type)) list = expanded(list, setting.type);
  if (list.items.empty()) {
    throw InputError(fmt::format("{}: has no value; give at least one", written.where));
  }
  if (setting.key == "seed" && list.as == Written::As::single) return replicates(setting, list);
  if (list.as == Written::As::list && setting.role != Role::cell) {
    throw InputError(
        fmt::format("{}: takes one value and cannot be an axis; settings that make axes are in [grid], "
                    "[model], [data] and [training]",
                    written.where));
  }
  return {checked_list(setting, list), list.as};
}

std::vector<double> one_vector(const Setting& setting, const Written& written) {
  std::vector<double> numbers;
  for (const Value& item : expanded(written, ValueType::real).items) {
    const auto* integer = std::get_if<std::int64_t>(&item);
    const auto* real = std::get_if<double>(&item);
    if (integer == nullptr && real == nullptr) {
      throw InputError(
          fmt::format("{}: '{}' is not a number ({}); give a list of numbers, or a list of such lists for "
                      "an axis",
                      written.where, to_text(item), setting.help));
    }
    numbers.push_back(integer != nullptr ? static_cast<double>(*integer) : *real);
  }
  return numbers;
}

/// A list of numbers is one value; a list of lists is an axis.
SettingValues vector_values(const Setting& setting, const Written& written) {
  const auto inner = std::ranges::count_if(written.items, is_vector);
  if (inner > 0 && inner == std::ssize(written.items) && written.as == Written::As::list) {
    return {checked_list(setting, written), Written::As::list};
  }
  const Written flat = without_brackets(written);
  const Written one{{one_vector(setting, flat)}, Written::As::single, written.where};
  return {checked_list(setting, one), Written::As::single};
}

std::vector<std::string> one_group(const Written& written) {
  std::vector<std::string> names;
  for (const Value& item : written.items) {
    const auto* text = std::get_if<std::string>(&item);
    if (text == nullptr) {
      throw InputError(fmt::format("{}: '{}' is not a name; give a list of names", written.where, to_text(item)));
    }
    names.push_back(*text);
  }
  return names;
}

}  // namespace

SettingValues setting_values(const Setting& setting, const Written& written) {
  if (setting.type == ValueType::reals) return vector_values(setting, written);
  if (setting.type != ValueType::texts) return scalar_values(setting, written);
  return {{one_group(without_brackets(written))}, Written::As::single};
}

std::vector<std::vector<std::string>> zip_groups(const Written& written) {
  const Written list = without_brackets(written);
  if (list.items.empty()) return {};
  if (!std::ranges::any_of(list.items, is_vector)) return {one_group(list)};
  std::vector<std::vector<std::string>> groups;
  for (const Value& item : list.items) {
    const auto* names = std::get_if<std::vector<std::string>>(&item);
    if (names == nullptr) {
      throw InputError(fmt::format("{}: mixes names and lists of names; give one or the other", written.where));
    }
    groups.push_back(*names);
  }
  return groups;
}

}  // namespace ntksweep
