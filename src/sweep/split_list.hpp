#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ntksweep {

/// The parts between the commas of `text`, without surrounding blanks; commas inside (), [] or
/// quotes do not separate. Throws InputError naming `where` when a bracket or quote is not closed
/// or a part is empty.
std::vector<std::string> split_list(std::string_view text, std::string_view where);

}  // namespace ntksweep
