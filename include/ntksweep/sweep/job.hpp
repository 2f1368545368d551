#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/sweep/settings.hpp"
#include "ntksweep/sweep/shard.hpp"

namespace ntksweep {

/// `--section.key=text` on the command line: wins over the job file. `text` is one value, a list
/// separated by commas, or an axis expression.
struct Override {
  std::string name;
  std::string text;
};

/// A setting with several values.
struct Axis {
  std::size_t setting;  ///< index into settings()
  std::vector<Value> values;
};

/// A job file, read and checked: every setting has a value, and the axes are known.
/// Axes in the order of the result file: width, samples, step_size (always there, also with one
/// value), further axes in the order of the settings table, seed.
struct Job {
  std::string text;    ///< the raw job file
  std::string origin;  ///< its path
  std::vector<Override> overrides;
  std::vector<Value> values;  ///< by settings index; for an axis its first value
  std::vector<Axis> axes;
  std::vector<std::vector<std::string>> zip;  ///< groups of axis names that advance together
  std::string where;                          ///< filter expression over axis names, or empty
  Shard shard;                                ///< the part of the grid that is computed

  const Value& value(std::string_view key) const { return values[setting_index(key)]; }
};

/// Reads TOML with the sections of the settings table. Axis expressions are strings:
/// linspace(a,b,n), geomspace(a,b,n), arange(a,b,step) (b excluded), pow2(a,b) (powers of two from
/// a to b, both included). `seed = 5` means replicates 0..4. Throws InputError with file, line and
/// key, and the nearest known name for a misspelt one.
Job parse_job(std::string_view text, std::string_view origin, const std::vector<Override>& overrides);

/// Reads the file first; throws InputError when it cannot be read.
Job load_job(const std::string& path, const std::vector<Override>& overrides);

/// The resolved settings that decide what a result file holds (roles cell, grid, statistics), as
/// canonical JSON text: {"section.key": value or list of values}.
std::string resolved_settings(const Job& job);

/// Lines "section.key: A in <a_name>, B in <b_name>" for each setting that differs between two
/// resolved_settings texts; empty when none does.
std::vector<std::string> settings_differences(const std::string& a, const std::string& b, std::string_view a_name,
                                              std::string_view b_name);

/// "8, 16" or "pow2(8,64)" -> values (not checked against a setting). Throws InputError naming
/// `where`.
std::vector<Value> parse_axis_text(std::string_view text, std::string_view where);

}  // namespace ntksweep
