#pragma once

#include <functional>

#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/dispatcher.hpp"

namespace ntksweep {

/// What the cells of a result file took, for Dispatcher::recall: zeros for those that have not been computed.
std::function<Dispatcher::Times(std::uint64_t cell)> recorded_times(const ResultReader& file);

}  // namespace ntksweep
