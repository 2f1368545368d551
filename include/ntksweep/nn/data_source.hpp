#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/nn/dataset.hpp"

namespace ntksweep {

/// The data section of a cell, in the terms of the job file (see `ntksweep list datasets`).
///
/// Files: `classes` keeps some labels; then the samples are split into a test set and a training
/// pool by seed_test (unless there is a test file); then the pool is ordered by seed_data, with
/// the class shares of every prefix as in the pool. Inputs are centred, then scaled.
/// targets = auto: labels that are whole numbers with at most 100 different values are classes,
/// two of them sign (the larger, or `positive`, is +1), more onehot (sign if `positive` is given);
/// everything else, and the outputs of a teacher, value.
/// Drawn samples: the teacher labels the inputs as drawn, the network sees them scaled.
struct DataConfig {
  std::string source = "gaussian";
  std::string path, labels_path, test_path, test_labels_path;
  std::string inputs_name = "inputs", labels_name = "labels";  ///< datasets of an HDF5 file
  std::int64_t label_column = -1;                              ///< of a CSV file, from 0; negative counts from the end
  Index input_dim = 16;                                        ///< d, synthetic sources only
  Index outputs = 1;                                           ///< C, synthetic sources only
  std::string teacher = "linear";                              ///< linear | network
  Index teacher_width = 16;
  std::string teacher_activation = "relu";
  double label_noise = 0;        ///< variance (regression), share of wrong labels (classes)
  std::string targets = "auto";  ///< auto | value | sign | onehot
  std::vector<double> classes;   ///< labels to keep, empty: all
  std::vector<double> positive;  ///< labels that become +1 under targets = sign
  std::string center = "none";   ///< none | mean (of the training pool)
  std::string scale = "none";    ///< none | unit_norm | unit_rms | pool_rms
  Index pool = 0;                ///< size of the training pool; 0: all that is not for testing
  /// 0: all of a test file; of a split 20 % and at most 10000 (digits: 797 of 1797); drawn: 1000
  Index test_samples = 0;
  std::uint64_t seed_data = 0, seed_noise = 0, seed_teacher = 0, seed_test = 0;
};

/// What a data file holds, before any selection. Synthetic sources have none (empty matrices).
/// inputs: d x N; labels: one row of class labels or values (or C rows of values), N columns.
struct RawData {
  Matrix inputs, labels;
  Matrix test_inputs, test_labels;  ///< empty where the source has no test set of its own
  std::uint64_t content_hash = 0;   ///< 0 for synthetic sources; over all four matrices otherwise
};

/// A table of numbers read from a file.
struct RawTable {
  Matrix inputs, labels;
};

/// Reads one file (or a pair: inputs and labels) into memory; throws InputError with the file's
/// name, the place and the reason.
using TableReader =
    std::function<RawTable(const std::string& path, const std::string& labels_path, const DataConfig& config)>;

/// One row per data source. To add one, write its reader and add one row to the table in
/// data_source.cpp.
struct DataSource {
  std::string_view name;
  std::string_view help;
  bool synthetic;  ///< inputs are drawn, labels come from a teacher
  bool needs_path;
  RawTable (*read)(const std::string& path, const std::string& labels_path, const DataConfig& config);
  /// The test set that belongs to `path` where data.test_path is empty ("" if there is none), or nullptr.
  std::string (*own_test_path)(const std::string& path);
};

std::span<const DataSource> data_sources();

/// Loads what the config names: nothing for synthetic sources, the shipped digits, or the files.
/// `read_hdf5` reads source = "hdf5" (HDF5 belongs to the store layer, above this one).
RawData load_raw_data(const DataConfig& config, const TableReader& read_hdf5);

/// Number of training samples that a cell can ask for at most (the pool after class selection);
/// for synthetic sources data.pool, or the largest Index where it is 0.
Index available_samples(const DataConfig& config, const RawData& raw);

/// Throws InputError where a cell asks for more than that.
void require_samples(const DataConfig& config, const RawData& raw, Index n);

/// d and C that a network on this data has; O(N). Throws InputError where targets, classes, sizes,
/// noise or scaling do not fit the data.
struct DataShape {
  Index inputs, outputs, test_samples;
  TargetKind kind;
};
DataShape data_shape(const DataConfig& config, const RawData& raw);

/// The training set of n samples and the test set. Nested: the first n1 columns of a larger n are
/// the training set of n1 (same seeds). Throws InputError when n exceeds what is available.
Dataset make_dataset(const DataConfig& config, const RawData& raw, Index n);

}  // namespace ntksweep
