#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/sweep/value.hpp"

namespace ntksweep {

enum class ValueType { boolean, integer, real, text, choice, reals, texts };

/// What a setting is part of.
enum class Role {
  cell,        ///< the identity of a cell; a list of values makes an axis
  grid,        ///< how cells are enumerated (zip, where)
  statistics,  ///< what is recorded; a changed value refuses an old output
  output,      ///< how the program behaves; never changes a number
};

/// One row of the one table of settings: the job file, the command line, the help, the docs and the
/// identity of cells all come from it. To add a setting, add a row in settings.cpp.
struct Setting {
  std::string_view section;
  std::string_view key;  ///< unique over all sections; the axis' name in the result file
  ValueType type;
  Value default_value;                    ///< neutral: a cell that has it hashes as if the setting did not exist
  double minimum, maximum;                ///< of numbers (and of each number in a list)
  std::vector<std::string_view> choices;  ///< of choice
  Role role;
  std::string_view unit;
  std::string_view help;

  std::string name() const { return std::string(section) + "." + std::string(key); }
};

std::span<const Setting> settings();

/// Position of the setting called `name`, with its section ("grid.width") or without ("width").
std::optional<std::size_t> find_setting(std::string_view name);

/// Position of the setting called `key` (without its section); std::logic_error when the program
/// itself asks for one that does not exist.
std::size_t setting_index(std::string_view key);

/// Throws InputError (naming `where`) when the value has the wrong type, is out of range, not
/// finite, or not among the choices. Integers are accepted for reals. Returns the value in the
/// setting's own type.
Value checked_value(const Setting& setting, const Value& value, std::string_view where);

/// The known name nearest to `name` by edit distance, for messages.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace ntksweep
