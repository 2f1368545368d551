#include "ntksweep/nn/data_source.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/nn/named.hpp"
#include "table_readers.hpp"

namespace ntksweep {

namespace {

constexpr std::array<DataSource, 8> table{{
    {"gaussian", "x ~ N(0, I_d), labels from a teacher (linear: E y^2 = 1)", true, false, nullptr, nullptr},
    {"sphere", "x uniform on the sphere |x| = sqrt(d), labels from a teacher (linear: E y^2 = 1)", true, false, nullptr,
     nullptr},
    {"digits", "1797 handwritten digits, 8 x 8 pixels, shipped: a pool of 1000, 797 for testing", false, false,
     read_digits, nullptr},
    {"csv", "one sample per line (comma, semicolon, tab or spaces), label in data.label_column; plain or gzip", false,
     true, read_csv, nullptr},
    {"npy", "NumPy arrays, inputs (N, ...) in data.path, labels (N) or (N, C) in data.labels_path; plain or gzip",
     false, true, read_npy, nullptr},
    {"idx", "MNIST, Fashion-MNIST: images-idx3 in data.path, labels-idx1 beside it; plain or gzip", false, true,
     read_idx, nullptr},
    {"cifar10", "binary version: a batch file, or the folder of all five with its test_batch.bin", false, true,
     read_cifar10, cifar10_test_path},
    {"hdf5", "datasets data.inputs_name (N, ...) and data.labels_name (N) or (N, C) of an HDF5 file", false, true,
     nullptr, nullptr},
}};

const DataSource& find_source(const DataConfig& config) {
  if (const auto* source = find_named(data_sources(), config.source)) return *source;
  throw InputError(fmt::format("data.source: no source is called '{}'; see ntksweep list datasets", config.source));
}

/// A forgotten data.source would otherwise train on something else than the file that is named.
void check_paths(const DataConfig& config, const DataSource& source) {
  if (source.needs_path && config.path.empty()) {
    throw InputError(fmt::format("data.path: data.source = {} needs a file, and none is named", source.name));
  }
  if (source.needs_path) return;
  for (const std::string& path : {config.path, config.labels_path, config.test_path, config.test_labels_path}) {
    if (path.empty()) continue;
    throw InputError(
        fmt::format("data.path: {} is named, but data.source = {} reads no file; set data.source to csv, "
                    "npy, idx, cifar10 or hdf5",
                    path, source.name));
  }
}

void check_finite(const Matrix& values, std::string_view what, const std::string& file) {
  for (Index i = 0; i < values.cols(); ++i) {
    if (values.col(i).allFinite()) continue;
    Index j = 0;
    while (std::isfinite(values(j, i))) ++j;
    throw InputError(
        fmt::format("{}: sample {}, {} {} (the first is 1) is {}, which is not finite; remove or fill in "
                    "such samples",
                    file, i + 1, what, j + 1, values(j, i)));
  }
}

RawTable read_checked(const DataSource& source, const TableReader& read_hdf5, const std::string& path,
                      const std::string& labels_path, const DataConfig& config) {
  RawTable data =
      source.read != nullptr ? source.read(path, labels_path, config) : read_hdf5(path, labels_path, config);
  const std::string& labels_file = labels_path.empty() ? path : labels_path;
  if (data.inputs.cols() != data.labels.cols()) {
    throw InputError(fmt::format("{}: holds {} labels where {} has {} samples", labels_file, data.labels.cols(), path,
                                 data.inputs.cols()));
  }
  check_finite(data.inputs, "input", path);
  check_finite(data.labels, "label", labels_file);
  return data;
}

void check_same_shape(const RawData& raw, const std::string& test_path) {
  if (raw.test_inputs.rows() == raw.inputs.rows() && raw.test_labels.rows() == raw.labels.rows()) return;
  throw InputError(
      fmt::format("data.test_path: {} has {} inputs and {} labels per sample, the training data has {} and "
                  "{}",
                  test_path, raw.test_inputs.rows(), raw.test_labels.rows(), raw.inputs.rows(), raw.labels.rows()));
}

std::uint64_t hash_content(const RawData& raw) {
  std::vector<std::uint64_t> parts;
  for (const Matrix* matrix : {&raw.inputs, &raw.labels, &raw.test_inputs, &raw.test_labels}) {
    parts.push_back(static_cast<std::uint64_t>(matrix->rows()));
    parts.push_back(static_cast<std::uint64_t>(matrix->cols()));
    parts.push_back(hash_values(std::span(matrix->data(), static_cast<std::size_t>(matrix->size()))));
  }
  return hash_values(std::span<const std::uint64_t>(parts));
}

}  // namespace

std::span<const DataSource> data_sources() { return table; }

RawData load_raw_data(const DataConfig& config, const TableReader& read_hdf5) {
  const DataSource& source = find_source(config);
  check_paths(config, source);
  if (source.synthetic) return {};
  RawTable train = read_checked(source, read_hdf5, config.path, config.labels_path, config);
  RawData raw{std::move(train.inputs), std::move(train.labels), {}, {}, 0};
  std::string test_path = config.test_path;
  if (test_path.empty() && source.own_test_path != nullptr) test_path = source.own_test_path(config.path);
  if (!test_path.empty()) {
    RawTable test = read_checked(source, read_hdf5, test_path, config.test_labels_path, config);
    raw.test_inputs = std::move(test.inputs);
    raw.test_labels = std::move(test.labels);
    check_same_shape(raw, test_path);
  }
  raw.content_hash = hash_content(raw);
  return raw;
}

}  // namespace ntksweep
