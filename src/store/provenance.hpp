#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "file_layout.hpp"

namespace ntksweep {

inline constexpr std::string_view result_file_type = "ntksweep result";
inline constexpr std::string_view result_format_version = "1.2";  ///< of docs/file-format.md

/// The root attributes of a new result file.
std::vector<Attribute> root_attributes(const Job& job, const Grid& grid, const Extents& extents);

/// Overrides as JSON text, and back: of the file at `path`, which an InputError names where it is something else.
std::string overrides_json(const std::vector<Override>& overrides);
std::vector<Override> overrides_from_json(const std::string& text, const std::string& path);

/// Extents as JSON text, and back.
std::string extents_json(const Extents& extents);
Extents extents_from_json(const std::string& text, const std::string& path);

}  // namespace ntksweep
