#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file_layout.hpp"
#include "seal.hpp"

namespace ntksweep {

/// Where in the open file the contents of each variable begin. Throws InputError when one is missing or is not what the
/// description says (type, shape, contiguous, wholly allocated inside the file): writing at such a place would
/// destroy the file.
std::vector<std::uint64_t> variable_offsets(hid_t file, const std::string& path,
                                            const std::vector<Variable>& variables);

/// Where the numbers of variables at these offsets lie.
std::vector<Stretch> stretches_of(const std::vector<Variable>& variables, const std::vector<std::uint64_t>& offsets);

}  // namespace ntksweep
