#pragma once

#include <span>

#include "ntksweep/ntk/statistics.hpp"

/// The one table of statistics in chapters, one file each: a function and its row stand together.
namespace ntksweep {

using Out = std::span<double>;

std::span<const Statistic> training_statistics();
std::span<const Statistic> movement_statistics();
std::span<const Statistic> kernel_statistics();
std::span<const Statistic> prediction_statistics();

}  // namespace ntksweep
