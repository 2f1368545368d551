#include "job_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

std::string place(std::string_view origin, const toml::source_region& region) {
  return fmt::format("{}:{}:{}", origin, region.begin.line, region.begin.column);
}

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const Setting& setting : settings()) {
    if (names.empty() || names.back() != setting.section) names.emplace_back(setting.section);
  }
  return names;
}

/// A number, text or truth value; nothing for what no setting can be.
std::optional<Value> scalar(const toml::node& node) {
  if (const auto value = node.as_boolean()) return value->get();
  if (const auto value = node.as_integer()) return value->get();
  if (const auto value = node.as_floating_point()) return value->get();
  if (const auto value = node.as_string()) return value->get();
  return std::nullopt;
}

/// A list inside a list: all numbers, or all texts.
Value inner_list(const toml::array& array, std::string_view where) {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (const toml::node& node : array) {
    if (node.is_number()) numbers.push_back(*node.value<double>());
    if (node.is_string()) texts.push_back(*node.value<std::string>());
  }
  if (numbers.size() == array.size()) return numbers;
  if (texts.size() == array.size()) return texts;
  throw InputError(fmt::format("{}: an inner list must hold numbers only or texts only", where));
}

Value list_item(const toml::node& node, std::string_view where) {
  if (const auto* inner = node.as_array()) return inner_list(*inner, where);
  if (auto value = scalar(node)) return *value;
  throw InputError(fmt::format("{}: a list cannot hold a date or a table; give numbers or texts", where));
}

Written written(const toml::node& node, std::string where) {
  if (const auto* array = node.as_array()) {
    Written list{{}, Written::As::list, std::move(where)};
    for (const toml::node& item : *array) list.items.push_back(list_item(item, list.where));
    return list;
  }
  if (auto value = scalar(node)) return {{*value}, Written::As::single, std::move(where)};
  throw InputError(
      fmt::format("{}: a date or a table is no value of a setting; give a number, a text or a list", where));
}

[[noreturn]] void refuse_section(const toml::key& key, const toml::node& node, std::string_view origin) {
  const std::string where = place(origin, key.source());
  if (const auto known = find_setting(key.str()); known && !node.is_table()) {
    const Setting& setting = settings()[*known];
    throw InputError(fmt::format("{}: '{}' stands outside its section; put it below the line [{}]", where, key.str(),
                                 setting.section));
  }
  const auto sections = section_names();
  throw InputError(fmt::format("{}: unknown section [{}]; did you mean [{}]? Sections: {}", where, key.str(),
                               nearest_name(key.str(), sections), fmt::join(sections, ", ")));
}

void read_section(const toml::key& section, const toml::table& table, std::string_view origin,
                  std::map<std::size_t, Written>& found) {
  for (const auto& [key, node] : table) {
    const std::string name = fmt::format("{}.{}", section.str(), key.str());
    const auto index = find_setting(name);
    if (!index) {
      throw InputError(fmt::format("{}: {}: unknown key; did you mean {}?", place(origin, key.source()), name,
                                   nearest_setting(name)));
    }
    found.emplace(*index, written(node, fmt::format("{}:{}: {}", origin, key.source().begin.line, name)));
  }
}

toml::table parse_toml(std::string_view text, std::string_view origin) {
  try {
    return toml::parse(text, origin);
  } catch (const toml::parse_error& error) {
    throw InputError(fmt::format("{}: not valid TOML: {}", place(origin, error.source()), error.description()));
  }
}

}  // namespace

std::string nearest_setting(std::string_view name) {
  // By key alone: the right key in the wrong section is the commonest mistake of all.
  std::vector<std::string> keys;
  for (const Setting& setting : settings()) keys.emplace_back(setting.key);
  return settings()[setting_index(nearest_name(name.substr(name.rfind('.') + 1), keys))].name();
}

std::map<std::size_t, Written> read_job_file(std::string_view text, std::string_view origin) {
  const toml::table root = parse_toml(text, origin);
  const auto sections = section_names();
  std::map<std::size_t, Written> found;
  for (const auto& [key, node] : root) {
    const bool known = std::ranges::find(sections, key.str()) != sections.end();
    if (!known || !node.is_table()) refuse_section(key, node, origin);
    read_section(key, *node.as_table(), origin, found);
  }
  return found;
}

}  // namespace ntksweep
