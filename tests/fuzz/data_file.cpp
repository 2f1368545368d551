#include "data_file.hpp"

#include <algorithm>

#include "fuzz.hpp"

namespace ntksweep::fuzz {
namespace {

/// A gzip file holds up to a thousand times as much as it has bytes.
std::size_t most_numbers(std::string_view content) {
  const bool is_compressed = content.starts_with("\x1f\x8b");
  return content.size() * (is_compressed ? 1100 : 1);
}

void check_numbers(const Matrix& numbers) {
  must(numbers.size() == 0 || numbers.allFinite(), "numbers of data are finite");
}

/// As a cell would use the data, which is where a strange label or a constant input would show.
void use(const DataConfig& config, const RawData& raw) {
  const DataShape shape = data_shape(config, raw);
  const Index n = std::min<Index>(available_samples(config, raw), 8);
  if (n < 1) return;
  const Dataset data = make_dataset(config, raw, n);
  must(data.x.cols() == n && data.y.cols() == n, "a training set has as many samples as were asked for");
  must(data.x.rows() == shape.inputs && data.y.rows() == shape.outputs, "and inputs and outputs as was said");
  must(data.x_test.cols() == shape.test_samples, "a test set likewise");
}

}  // namespace

std::optional<RawData> load(DataConfig config, std::string_view content, std::string_view labels) {
  static const MemoryFile file, labels_file;
  file.fill(content);
  config.path = file.path();
  if (!labels.empty()) {
    labels_file.fill(labels);
    config.labels_path = labels_file.path();
  }
  std::optional<RawData> raw;
  accepted([&] { raw = load_raw_data(config, {}); });
  if (!raw) return raw;
  must(raw->inputs.cols() > 0 && raw->inputs.rows() > 0, "data that is accepted has samples");
  must(raw->inputs.cols() == raw->labels.cols(), "every sample has its label");
  must(static_cast<std::size_t>(raw->inputs.size()) <= most_numbers(content), "numbers come from bytes");
  check_numbers(raw->inputs);
  check_numbers(raw->labels);
  accepted([&] { use(config, *raw); });
  return raw;
}

std::uint64_t big_endian(std::string_view content, std::size_t at, std::size_t bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = at; i < at + bytes; ++i) number = number << 8U | static_cast<unsigned char>(content[i]);
  return number;
}

}  // namespace ntksweep::fuzz
