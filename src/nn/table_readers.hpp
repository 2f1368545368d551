#pragma once

#include <string>
#include <string_view>

#include "ntksweep/nn/data_source.hpp"

namespace ntksweep {

/// The readers behind the table of data sources. Each throws InputError naming the file, what was
/// expected and what was found. Files may be plain or gzip-compressed.

/// Numbers separated by comma, semicolon, tab or spaces, one sample per line, after an optional
/// header (a first line without a number); lines that begin with # are skipped. Labels: the column
/// `config.label_column`, or all columns of `labels_path` if given.
RawTable read_csv(const std::string& path, const std::string& labels_path, const DataConfig& config);

/// NumPy arrays (N, ...) of inputs and (N) or (N, C) of labels, C order, little endian.
RawTable read_npy(const std::string& path, const std::string& labels_path, const DataConfig& config);

/// The MNIST format. An empty `labels_path` is derived from the name of the images.
RawTable read_idx(const std::string& path, const std::string& labels_path, const DataConfig& config);

/// CIFAR-10, binary version: one batch file, or the folder that holds data_batch_1.bin .. 5.bin.
RawTable read_cifar10(const std::string& path, const std::string& labels_path, const DataConfig& config);

/// The test batch beside the training batches when `path` is a CIFAR-10 folder; else empty.
std::string cifar10_test_path(const std::string& path);

/// The digits that are shipped inside the program: 64 x 1797, labels 0..9.
RawTable read_digits(const std::string& path, const std::string& labels_path, const DataConfig& config);

/// Parses CSV text: one column per line, one row per field. `file` names it in messages.
Matrix parse_csv(std::string_view text, const std::string& file);

/// Takes row `label_row` (from 0; negative counts from the end) out of parsed CSV as labels.
RawTable split_labels(const Matrix& fields, Index label_row, const std::string& file);

}  // namespace ntksweep
