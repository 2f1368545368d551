#pragma once

#include <vector>

#include "ntksweep/nn/data_source.hpp"
#include "targets.hpp"

namespace ntksweep {

/// The samples of a data file that take part, and what their labels become.
struct SelectedData {
  std::vector<Index> rows;       ///< columns of RawData::inputs kept by data.classes, ascending
  std::vector<Index> test_rows;  ///< columns of RawData::test_inputs, likewise; empty where it has none
  TargetRule targets;
  Index pool_size, test_size;
};

/// Class selection, targets and sizes; O(N). Throws InputError where the settings do not fit the data.
SelectedData select_data(const DataConfig& config, const RawData& raw);

/// Samples of the training pool and of the test set, each ascending.
struct Split {
  std::vector<Index> pool;  ///< columns of RawData::inputs
  std::vector<Index> test;  ///< columns of RawData::test_inputs, or of inputs where there are none
};

/// By data.seed_test only. The test set is the head of a permutation and the pool its tail, so that
/// a pool of settled size does not change with the size of the test set.
Split split_data(const DataConfig& config, const SelectedData& selected);

}  // namespace ntksweep
