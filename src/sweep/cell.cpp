#include "ntksweep/sweep/cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "cell_seeds.hpp"
#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

/// Stand for themselves where no content hash of a data file stands for them.
constexpr std::array<std::string_view, 8> data_file_keys = {
    "source", "path", "labels_path", "test_path", "test_labels_path", "inputs_name", "labels_name", "label_column"};

char type_mark(const Value& value) { return "birsRS"[value.index()]; }

bool is_keyed(const Setting& setting, std::uint64_t data_hash) {
  if (setting.role != Role::cell) return false;
  // `seed` acts through the seeds that follow it, and those are keyed by the number that they
  // resolve to: seed = 3 is the same cell as seed_init = seed_data = seed_noise = 3.
  if (setting.key == "seed") return false;
  return data_hash == 0 || std::ranges::find(data_file_keys, setting.key) == data_file_keys.end();
}

/// What a setting is in the key; seeds resolved, in the value and in the neutral default (all 0).
bool is_neutral(const Setting& setting, const Value& value) {
  return is_followed_seed(setting.key) ? value == Value(std::int64_t{0}) : value == setting.default_value;
}

}  // namespace

std::int64_t Cell::integer(std::string_view key) const { return std::get<std::int64_t>(values_[setting_index(key)]); }

double Cell::real(std::string_view key) const { return std::get<double>(values_[setting_index(key)]); }

const std::string& Cell::text(std::string_view key) const { return std::get<std::string>(values_[setting_index(key)]); }

const std::vector<double>& Cell::reals(std::string_view key) const {
  return std::get<std::vector<double>>(values_[setting_index(key)]);
}

std::uint64_t cell_key(const Cell& cell, std::uint64_t data_hash) {
  // By name, so that the order of the table (and with it new settings) changes no key.
  std::map<std::string, Value> keyed;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const Setting& setting = settings()[i];
    if (!is_keyed(setting, data_hash)) continue;
    Value value = is_followed_seed(setting.key) ? Value(resolved_seed(cell, setting.key)) : cell.values()[i];
    if (!is_neutral(setting, value)) keyed.emplace(setting.name(), std::move(value));
  }
  // Lengths make the text unambiguous whatever the values hold.
  std::string identity = fmt::format("data {}\n", to_hex(data_hash));
  for (const auto& [name, value] : keyed) {
    const std::string text = to_text(value);
    identity += fmt::format("{} {} {} {}\n", name, type_mark(value), text.size(), text);
  }
  return hash_text(identity);
}

}  // namespace ntksweep
