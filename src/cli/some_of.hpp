#pragma once

#include <string>
#include <vector>

namespace ntksweep {

/// "n1, n2, n3", or of more than eight names the first ones "and 12 more".
std::string some_of(const std::vector<std::string>& names);

}  // namespace ntksweep
