#include "ntksweep/sweep/data_pool.hpp"

#include <fmt/format.h>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/combinations.hpp"

namespace ntksweep {

namespace {

/// The settings that decide what is read, as one text.
std::string source_text(const DataConfig& config) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", config.source, config.path, config.labels_path, config.test_path,
                     config.test_labels_path, config.inputs_name, config.labels_name, config.label_column);
}

void check_samples(const CellSpec& spec, const RawData& raw) {
  data_shape(spec.data, raw);
  const Index available = available_samples(spec.data, raw);
  if (spec.samples <= available) return;
  throw InputError(
      fmt::format("grid.samples: {} samples asked, but data.source = {} has {} in its training pool; "
                  "lower grid.samples or data.test_samples, or raise data.pool",
                  spec.samples, spec.data.source, available));
}

void put_matrix(ByteWriter& bytes, const Matrix& matrix) {
  bytes.put(matrix.rows());
  bytes.put_span(std::span<const double>(matrix.data(), static_cast<std::size_t>(matrix.size())));
}

Matrix get_matrix(ByteReader& bytes) {
  const auto rows = bytes.get<Index>();
  const auto values = bytes.get_vector<double>();
  if (rows == 0) return {};
  return Eigen::Map<const Matrix>(values.data(), rows, static_cast<Index>(values.size()) / rows);
}

}  // namespace

DataPool DataPool::load(const Job& job, const TableReader& read_hdf5) {
  DataPool pool;
  const auto matters = [](const Setting& setting) { return setting.section == "data" || setting.key == "samples"; };
  visit_combinations(job, matters, [&](const Cell& cell) {
    const CellSpec spec = describe(cell);
    const std::string text = source_text(spec.data);
    if (!pool.raw_.contains(text)) pool.raw_.emplace(text, load_raw_data(spec.data, read_hdf5));
    check_samples(spec, pool.raw_.at(text));
  });
  return pool;
}

const RawData& DataPool::of(const DataConfig& config) const { return raw_.at(source_text(config)); }

std::vector<std::byte> DataPool::to_bytes() const {
  ByteWriter bytes;
  bytes.put(raw_.size());
  for (const auto& [text, raw] : raw_) {
    bytes.put_text(text);
    for (const Matrix* matrix : {&raw.inputs, &raw.labels, &raw.test_inputs, &raw.test_labels}) {
      put_matrix(bytes, *matrix);
    }
    bytes.put(raw.content_hash);
  }
  return std::move(bytes).take();
}

DataPool DataPool::from_bytes(const std::vector<std::byte>& bytes) {
  ByteReader reader(bytes);
  DataPool pool;
  const auto count = reader.get<std::size_t>();
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = reader.get_text();
    RawData raw;
    for (Matrix* matrix : {&raw.inputs, &raw.labels, &raw.test_inputs, &raw.test_labels}) {
      *matrix = get_matrix(reader);
    }
    raw.content_hash = reader.get<std::uint64_t>();
    pool.raw_.emplace(std::move(text), std::move(raw));
  }
  return pool;
}

}  // namespace ntksweep
