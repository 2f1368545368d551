#pragma once

#include <string>

#include "ntksweep/sweep/run_task.hpp"

namespace ntksweep {

/// Writes one cell with everything needed to check it by other means (docs/file-format.md):
/// inputs, targets, targets_clean, test_inputs, test_targets; layer_<l> (l from 1)/weights_initial, weights_end,
/// biases_initial, biases_end with the layer's scale, bias_scale and learning rates as attributes;
/// predictions and test predictions at both ends; kernel_initial and kernel_end (kind as attribute);
/// the cell's settings and key as attributes. Matrices are stored with one sample per row.
/// Replaces an older export, and nothing else: InputError where `path` is any other file or lies in no folder.
/// SystemError when the file cannot be written.
void write_export(const std::string& path, const CellRun& run, const Cell& cell, KernelKind kind);

}  // namespace ntksweep
