#pragma once

#include <string_view>

#include "filter_node.hpp"

namespace ntksweep {

/// The tree of a filter, of type truth. Throws InputError naming `where`, the column and what was
/// expected there.
FilterNode parse_filter(std::string_view expression, std::string_view where);

}  // namespace ntksweep
