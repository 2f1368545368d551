#pragma once

#include <string>

namespace ntksweep {

/// The folder that holds `path`.
std::string folder_of(const std::string& path);

/// Throws InputError when a file of that name cannot be made: its folder is missing, or it is a folder itself.
void require_output_path(const std::string& path);

/// Makes a rename or a new name in that folder durable.
void sync_folder(const std::string& folder);

}  // namespace ntksweep
