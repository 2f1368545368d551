#include "ntksweep/sweep/job_union.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

/// The values that the job gives a setting.
std::vector<Value> values_of(const Job& job, std::size_t setting) {
  const auto axis = std::ranges::find(job.axes, setting, &Axis::setting);
  return axis == job.axes.end() ? std::vector{job.values[setting]} : axis->values;
}

std::vector<Value> all_values(const std::vector<Job>& jobs, std::size_t setting) {
  std::vector<Value> all;
  std::set<Value> known;
  bool ascending = true;
  for (const Job& job : jobs) {
    const std::vector<Value> values = values_of(job, setting);
    ascending = ascending && std::ranges::is_sorted(values);
    for (const Value& value : values) {
      if (known.insert(value).second) all.push_back(value);
    }
  }
  const bool is_number = settings()[setting].type == ValueType::integer || settings()[setting].type == ValueType::real;
  if (is_number && ascending) std::ranges::sort(all);
  return all;
}

/// As it is written in a list on the command line.
std::string written(const Value& value) {
  const bool is_list =
      std::holds_alternative<std::vector<double>>(value) || std::holds_alternative<std::vector<std::string>>(value);
  if (is_list) return fmt::format("[{}]", to_text(value));
  if (!std::holds_alternative<std::string>(value)) return to_text(value);
  const std::string& text = std::get<std::string>(value);
  return fmt::format("{0}{1}{0}", text.find('"') == std::string::npos ? '"' : '\'', text);
}

std::string written(const std::vector<Value>& values) {
  std::vector<std::string> texts;
  for (const Value& value : values) texts.push_back(written(value));
  return fmt::format("{}", fmt::join(texts, ","));
}

void set_override(std::vector<Override>& overrides, const std::string& name, const std::string& text) {
  std::erase_if(overrides, [&](const Override& given) { return find_setting(given.name) == find_setting(name); });
  if (!text.empty()) overrides.push_back({name, text});
}

}  // namespace

Job union_of(const std::vector<Job>& jobs) {
  const Job& first = jobs.front();
  std::vector<Override> overrides = first.overrides;
  set_override(overrides, "grid.shard", "");
  std::vector<std::string> grown;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    if (settings()[i].role != Role::cell) continue;
    const std::vector<Value> values = all_values(jobs, i);
    if (values == values_of(first, i)) continue;
    grown.push_back(settings()[i].name());
    set_override(overrides, settings()[i].name(), written(values));
  }
  const auto lists_cells = [&](const Job& job) { return !job.zip.empty() || !job.where.empty(); };
  const auto all_have = [&](const auto& member) {
    return std::ranges::all_of(jobs, [&](const Job& job) { return job.*member == first.*member; });
  };
  if (!all_have(&Job::zip)) grown.push_back("grid.zip");
  if (!all_have(&Job::where)) grown.push_back("grid.where");
  if (!grown.empty() && std::ranges::any_of(jobs, lists_cells)) {
    throw InputError(fmt::format(
        "{}: jobs with grid.zip or grid.where that differ ({}) have no common job that follows from them; give one "
        "with --job",
        first.origin, fmt::join(grown, ", ")));
  }
  return parse_job(first.text, first.origin, overrides);
}

}  // namespace ntksweep
