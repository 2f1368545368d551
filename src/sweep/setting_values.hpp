#pragma once

#include "axis_expression.hpp"

namespace ntksweep {

/// The values that a setting takes in a job. A list makes an axis of a cell setting.
struct SettingValues {
  std::vector<Value> values;
  Written::As as = Written::As::single;
};

/// Expands axis expressions, checks every value against the setting and rounds reals as axis
/// values are. Throws InputError for an empty list, a value given twice, or a wrong value.
SettingValues setting_values(const Setting& setting, const Written& written);

/// The groups of names in grid.zip: one list of names, or a list of lists.
std::vector<std::vector<std::string>> zip_groups(const Written& written);

}  // namespace ntksweep
