#include "ntksweep/sweep/cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "cell_seeds.hpp"
#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

/// Left out of the key of a cell whose data come from a file: the hash of their content stands for them.
constexpr std::array<std::string_view, 8> data_file_keys = {
    "source", "path", "labels_path", "test_path", "test_labels_path", "inputs_name", "labels_name", "label_column"};

/// The same for the file of initial parameters.
constexpr std::array<std::string_view, 2> parameter_file_keys = {"init_path", "init_state"};

bool is_one_of(std::span<const std::string_view> keys, const Setting& setting) {
  return std::ranges::find(keys, setting.key) != keys.end();
}

char type_mark(const Value& value) { return "birsRS"[value.index()]; }

/// Settings that can be part of a key, by name: the order of the table, and with it new settings,
/// changes no key. Without `seed`: it acts through the seeds that follow it, and those are keyed by
/// the number that they resolve to, so that seed = 3 is the same cell as seed_init = seed_data =
/// seed_noise = 3 under any other seed.
std::vector<std::size_t> keyed_settings() {
  std::vector<std::size_t> keyed;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    if (settings()[i].role == Role::cell && settings()[i].key != "seed") keyed.push_back(i);
  }
  std::ranges::sort(keyed, {}, [](std::size_t i) { return settings()[i].name(); });
  return keyed;
}

/// The part of the key that a value makes, lengths included so that no two differ by accident.
std::string entry(const Setting& setting, const Value& value) {
  const std::string text = to_text(value);
  return fmt::format("{} {} {} {}\n", setting.name(), type_mark(value), text.size(), text);
}

/// A seed by the number it resolves to; its neutral value is 0, whatever its default. That of
/// mini-batches counts where there are any.
std::string seed_entry(const Setting& setting, const Cell& cell) {
  if (setting.key == "seed_batch" && cell.integer("batch") == 0) return {};
  const std::int64_t seed = resolved_seed(cell, setting.key);
  return seed == 0 ? std::string() : entry(setting, seed);
}

}  // namespace

std::int64_t Cell::integer(std::string_view key) const { return std::get<std::int64_t>(values_[setting_index(key)]); }

double Cell::real(std::string_view key) const { return std::get<double>(values_[setting_index(key)]); }

const std::string& Cell::text(std::string_view key) const { return std::get<std::string>(values_[setting_index(key)]); }

const std::vector<double>& Cell::reals(std::string_view key) const {
  return std::get<std::vector<double>>(values_[setting_index(key)]);
}

std::uint64_t cell_key(const Cell& cell, std::uint64_t data_hash, std::uint64_t parameters_hash) {
  static const std::vector<std::size_t> keyed = keyed_settings();
  const auto known_by_content = [&](const Setting& setting) {
    return (data_hash != 0 && is_one_of(data_file_keys, setting)) ||
           (parameters_hash != 0 && is_one_of(parameter_file_keys, setting));
  };
  std::string identity = fmt::format("data {}\n", to_hex(data_hash));
  if (parameters_hash != 0) identity += fmt::format("parameters {}\n", to_hex(parameters_hash));
  for (const std::size_t i : keyed) {
    const Setting& setting = settings()[i];
    const Value& value = cell.values()[i];
    if (is_followed_seed(setting.key)) {
      identity += seed_entry(setting, cell);
    } else if (value != setting.default_value && !known_by_content(setting)) {
      identity += entry(setting, value);
    }
  }
  return hash_text(identity);
}

}  // namespace ntksweep
