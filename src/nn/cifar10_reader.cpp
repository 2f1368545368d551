#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "file_bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "table_readers.hpp"

namespace ntksweep {

namespace {

constexpr std::size_t pixels = 3072;  ///< 32 x 32, all red, then all green, then all blue
constexpr std::size_t record = 1 + pixels;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

std::vector<std::string> batch_files(const std::string& path) {
  if (!is_folder(path)) return {path};
  std::vector<std::string> files;
  for (int i = 1; i <= 5; ++i) {
    files.push_back((std::filesystem::path(path) / fmt::format("data_batch_{}.bin", i)).string());
  }
  return files;
}

struct Batch {
  std::string file, content;
};

/// A record is one label, then the pixels; the format has no magic number.
Index image_count(const Batch& batch) {
  if (batch.content.empty() || batch.content.size() % record != 0) {
    throw InputError(
        fmt::format("{}: has {} bytes where a multiple of {} is expected (CIFAR-10, binary version: one "
                    "label and 3 x 32 x 32 pixels per image); it is truncated or of another format",
                    batch.file, batch.content.size(), record));
  }
  return static_cast<Index>(batch.content.size() / record);
}

double checked_label(unsigned char label, Index image, const std::string& file) {
  if (label <= 9) return label;
  throw InputError(
      fmt::format("{}: image {} has the label {} where 0 to 9 are expected; it is not the binary version "
                  "of CIFAR-10",
                  file, image + 1, label));
}

}  // namespace

RawTable read_cifar10(const std::string& path, const std::string& labels_path, const DataConfig&) {
  if (!labels_path.empty()) {
    throw InputError(
        fmt::format("data.labels_path: {} is given, but a CIFAR-10 file holds its labels itself; leave it "
                    "empty",
                    labels_path));
  }
  std::vector<Batch> batches;
  Index total = 0;
  for (const std::string& file : batch_files(path)) {
    total += image_count(batches.emplace_back(Batch{file, read_file(file)}));
  }
  RawTable table{Matrix(pixels, total), Matrix(1, total)};
  Index image = 0;
  for (const Batch& batch : batches) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(batch.content.data());
    for (Index i = 0; i < image_count(batch); ++i, ++image, bytes += record) {
      table.labels(0, image) = checked_label(bytes[0], i, batch.file);
      std::copy_n(bytes + 1, pixels, table.inputs.col(image).data());
    }
  }
  return table;
}

std::string cifar10_test_path(const std::string& path) {
  const auto file = std::filesystem::path(path) / "test_batch.bin";
  std::error_code ignored;
  return is_folder(path) && std::filesystem::exists(file, ignored) ? file.string() : std::string();
}

}  // namespace ntksweep
