#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

namespace {

using nlohmann::json;

constexpr std::size_t most_shown = 8;

/// Bytes that are no UTF-8 (from a path on the command line) become replacement characters.
std::string line_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json as_json(const Value& value) {
  return std::visit([](const auto& held) { return json(held); }, value);
}

json as_json(const std::vector<Value>& values) {
  json list = json::array();
  for (const Value& value : values) list.push_back(as_json(value));
  return list;
}

/// Long lists by their ends.
std::string shown(const json& value) {
  if (!value.is_array() || value.size() <= most_shown) return line_of(value);
  const std::size_t n = value.size();
  return fmt::format("[{},{},{},...,{}] ({} values)", line_of(value[0]), line_of(value[1]), line_of(value[2]),
                     line_of(value[n - 1]), n);
}

json parsed(const std::string& text, std::string_view name) {
  json settings_of = json::parse(text, nullptr, false);
  if (!settings_of.is_object())
    throw InputError(fmt::format("the settings in {} are damaged: not a JSON object", name));
  return settings_of;
}

std::string shown_at(const json& settings_of, const std::string& name) {
  const auto found = settings_of.find(name);
  return found == settings_of.end() ? "not there" : shown(*found);
}

}  // namespace

std::string resolved_settings(const Job& job) {
  json resolved = json::object();
  for (std::size_t i = 0; i < settings().size(); ++i) {
    if (settings()[i].role == Role::output) continue;
    const auto axis = std::ranges::find(job.axes, i, &Axis::setting);
    resolved[settings()[i].name()] = axis == job.axes.end() ? as_json(job.values[i]) : as_json(axis->values);
  }
  return line_of(resolved);
}

std::vector<std::string> settings_differences(const std::string& a, const std::string& b, std::string_view a_name,
                                              std::string_view b_name) {
  if (a == b) return {};
  const json in_a = parsed(a, a_name), in_b = parsed(b, b_name);
  std::vector<std::string> names;
  for (const auto& [name, value] : in_a.items()) names.push_back(name);
  for (const auto& [name, value] : in_b.items()) {
    if (!in_a.contains(name)) names.push_back(name);
  }
  std::ranges::sort(names);
  std::vector<std::string> lines;
  for (const auto& name : names) {
    const std::string of_a = shown_at(in_a, name), of_b = shown_at(in_b, name);
    const bool same = in_a.contains(name) && in_b.contains(name) && in_a.at(name) == in_b.at(name);
    if (!same) lines.push_back(fmt::format("{}: {} in {}, {} in {}", name, of_a, a_name, of_b, b_name));
  }
  return lines;
}

}  // namespace ntksweep
