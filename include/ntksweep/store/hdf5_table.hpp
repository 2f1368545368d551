#pragma once

#include <string>

#include "ntksweep/nn/data_source.hpp"

namespace ntksweep {

/// Reads inputs (N x d, or N x anything, flattened) and labels (N or N x C) from an HDF5 file; the
/// reader of data.source = "hdf5". Throws InputError with file, dataset and reason.
RawTable read_hdf5_table(const std::string& path, const std::string& labels_path, const DataConfig& config);

}  // namespace ntksweep
