#include "ntksweep/sweep/job.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "job_file.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/step_rules.hpp"
#include "setting_values.hpp"

namespace ntksweep {

namespace {

constexpr std::array grid_axes = {std::string_view("width"), std::string_view("samples"),
                                  std::string_view("step_size")};

/// Texts that decide nothing about cells are taken as they stand: a filter or a title has commas.
bool is_verbatim(const Setting& setting) { return setting.type == ValueType::text && setting.role != Role::cell; }

Written read_override(const Setting& setting, const Override& given) {
  const std::string where = "--" + given.name;
  if (is_verbatim(setting)) return {{given.text}, Written::As::single, where};
  return parse_written(given.text, setting.type, where);
}

void apply_overrides(const std::vector<Override>& overrides, std::map<std::size_t, Written>& found) {
  for (const Override& given : overrides) {
    const auto index = given.name.find('.') == std::string::npos ? std::nullopt : find_setting(given.name);
    if (!index) {
      throw InputError(
          fmt::format("--{}: unknown setting; did you mean --{}?", given.name, nearest_setting(given.name)));
    }
    found.insert_or_assign(*index, read_override(settings()[*index], given));
  }
}

/// "none", "full", "extremes" or "top:k" with k >= 1.
void check_spectrum(const std::string& text, std::string_view where) {
  if (text == "none" || text == "full" || text == "extremes") return;
  if (text.starts_with("top:")) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data() + 4, text.data() + text.size(), count);
    if (error == std::errc{} && end == text.data() + text.size() && count >= 1) return;
  }
  throw InputError(fmt::format("{}: '{}' is no spectrum; give none, full, extremes, or top:k with a positive integer k",
                               where, text));
}

/// Where each axis stands in the result file: grid axes, others by table, seed last.
std::vector<std::size_t> axis_order() {
  std::vector<std::size_t> order;
  for (const auto key : grid_axes) order.push_back(setting_index(key));
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const bool placed = std::ranges::find(order, i) != order.end() || settings()[i].key == "seed";
    if (!placed && settings()[i].role == Role::cell) order.push_back(i);
  }
  order.push_back(setting_index("seed"));
  return order;
}

bool is_always_axis(const Setting& setting) {
  return setting.key == "seed" || std::ranges::find(grid_axes, setting.key) != grid_axes.end();
}

/// Every setting's values: what is written, or the default.
std::vector<SettingValues> all_values(const std::map<std::size_t, Written>& found) {
  std::vector<SettingValues> all;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const auto written = found.find(i);
    if (written == found.end() || settings()[i].key == "zip") {
      all.push_back({{settings()[i].default_value}, Written::As::single});
    } else {
      all.push_back(setting_values(settings()[i], written->second));
    }
  }
  return all;
}

void set_layout(const std::map<std::size_t, Written>& found, Job& job) {
  const auto zip = found.find(setting_index("zip"));
  if (zip != found.end()) job.zip = zip_groups(zip->second);
  std::vector<std::string> groups;
  for (const auto& names : job.zip) groups.push_back(fmt::format("{}", fmt::join(names, ",")));
  job.values[setting_index("zip")] = groups;
  // On one line, so that a message that quotes it is one.
  job.where = std::get<std::string>(job.value("where"));
  std::ranges::replace(job.where, '\n', ' ');
  job.values[setting_index("where")] = job.where;
  const auto shard = found.find(setting_index("shard"));
  if (shard != found.end()) job.shard = parse_shard(std::get<std::string>(job.value("shard")), shard->second.where);
}

/// Rules that find their own step multiply it by grid.step_size: left out, that is 1.
void set_step_of_rules(Job& job) {
  std::vector<Value> rules{job.value("step_rule")};
  const std::size_t rule = setting_index("step_rule");
  const std::size_t step = setting_index("step_size");
  for (const Axis& axis : job.axes) {
    if (axis.setting == rule) rules = axis.values;
  }
  const bool all_find_theirs = std::ranges::all_of(rules, [](const Value& name) {
    return find_step_rule(std::get<std::string>(name)).meaning == StepMeaning::factor;
  });
  if (!all_find_theirs) return;
  job.values[step] = 1.0;
  for (Axis& axis : job.axes) {
    if (axis.setting == step) axis.values = {1.0};
  }
}

}  // namespace

Job parse_job(std::string_view text, std::string_view origin, const std::vector<Override>& overrides) {
  auto found = read_job_file(text, origin);
  apply_overrides(overrides, found);
  auto all = all_values(found);
  Job job{std::string(text), std::string(origin), overrides, {}, {}, {}, {}, {}};
  for (const SettingValues& given : all) job.values.push_back(given.values.front());
  for (const std::size_t index : axis_order()) {
    if (all[index].as == Written::As::list || is_always_axis(settings()[index])) {
      job.axes.push_back({index, std::move(all[index].values)});
    }
  }
  if (!found.contains(setting_index("step_size"))) set_step_of_rules(job);
  set_layout(found, job);
  if (const auto spectrum = found.find(setting_index("spectrum")); spectrum != found.end()) {
    check_spectrum(std::get<std::string>(job.value("spectrum")), spectrum->second.where);
  }
  return job;
}

Job load_job(const std::string& path, const std::vector<Override>& overrides) {
  std::error_code ignored;
  errno = std::filesystem::is_directory(path, ignored) ? EISDIR : 0;
  std::ifstream file(path, std::ios::binary);
  if (!file || errno == EISDIR) {
    throw InputError(fmt::format("{}: the job file cannot be read ({}); check the path and its permissions", path,
                                 std::strerror(errno)));
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.starts_with("\x89HDF")) {
    throw InputError(
        fmt::format("{}: is a result file (HDF5); give its job file (TOML), and the result after -o", path));
  }
  return parse_job(text, path, overrides);
}

}  // namespace ntksweep
