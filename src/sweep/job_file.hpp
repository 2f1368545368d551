#pragma once

#include <map>
#include <string>
#include <string_view>

#include "axis_expression.hpp"

namespace ntksweep {

/// What a job file says, by settings index. Throws InputError with file, line and column for a
/// syntax error, an unknown section or key, and a value of a kind that no setting has.
std::map<std::size_t, Written> read_job_file(std::string_view text, std::string_view origin);

/// The full name ("grid.width") of the setting that somebody who wrote `name` most likely meant.
std::string nearest_setting(std::string_view name);

}  // namespace ntksweep
