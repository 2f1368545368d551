#pragma once

#include <span>

#include "ntksweep/ntk/statistics.hpp"

/// The one table of statistics in chapters, one file each: a function and its row stand together.
namespace ntksweep {

using Out = std::span<double>;

std::span<const Statistic> training_statistics();
std::span<const Statistic> movement_statistics();
std::span<const Statistic> kernel_statistics();
std::span<const Statistic> eigenvector_statistics();
std::span<const Statistic> infinite_statistics();
std::span<const Statistic> linearised_statistics();
std::span<const Statistic> regression_statistics();
std::span<const Statistic> two_layer_statistics();
std::span<const Statistic> sharpness_statistics();
std::span<const Statistic> risk_statistics();
std::span<const Statistic> feature_statistics();
std::span<const Statistic> prediction_statistics();

/// Eigensystem of the kernel at this moment, formed once.
const Eigensystem& kernel_eigensystem(const Snapshot& snapshot);

}  // namespace ntksweep
