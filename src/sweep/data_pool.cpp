#include "ntksweep/sweep/data_pool.hpp"

#include <fmt/format.h>

#include "cell_seeds.hpp"
#include "matrix_bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/sweep/combinations.hpp"
#include "ntksweep/sweep/representatives.hpp"

namespace ntksweep {

namespace {

/// The settings that decide what is read, as one text.
std::string source_text(const DataConfig& config) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", config.source, config.path, config.labels_path, config.test_path,
                     config.test_labels_path, config.inputs_name, config.labels_name, config.label_column);
}

/// The same for initial parameters; empty where the cell reads none. A grid may zip initialization and
/// init_path, so that combinations of them that no cell has are met here: they name nothing.
std::string parameters_text(const CellSpec& spec) {
  const bool needed = find_initialization(spec.architecture.initialization).needs == Needs::parameters;
  if (!needed || spec.init_path.empty()) return {};
  return fmt::format("{}\n{}", spec.init_path, spec.init_state == StoredState::end ? "end" : "initial");
}

}  // namespace

DataPool DataPool::load(const Job& job, const FileReaders& readers) {
  DataPool pool;
  const auto matters = [](const Setting& setting) { return setting.section == "data" || setting.key == "samples"; };
  visit_combinations(job, matters, [&](const Cell& cell) {
    const CellSpec spec = describe(cell);
    const std::string text = source_text(spec.data);
    if (!pool.raw_.contains(text)) pool.raw_.emplace(text, load_raw_data(spec.data, readers.table));
    const RawData& raw = pool.raw_.at(text);
    data_shape(spec.data, raw);
    require_samples(spec.data, raw, spec.samples);
  });
  pool.load_parameters(job, readers);
  return pool;
}

void DataPool::load_parameters(const Job& job, const FileReaders& readers) {
  const auto matters = [](const Setting& setting) {
    return setting.key == "initialization" || setting.key == "init_path" || setting.key == "init_state";
  };
  visit_combinations(job, matters, [&](const Cell& cell) {
    const CellSpec spec = describe(cell);
    const std::string text = parameters_text(spec);
    if (text.empty() || parameters_.contains(text)) return;
    Parameters read = readers.parameters(spec.init_path, spec.init_state);
    const std::uint64_t content = hash_content(read);
    parameters_.emplace(text, Stored{std::move(read), content});
  });
}

const RawData& DataPool::of(const DataConfig& config) const { return raw_.at(source_text(config)); }

const DataPool::Stored* DataPool::stored(const CellSpec& spec) const {
  const std::string text = parameters_text(spec);
  return text.empty() ? nullptr : &parameters_.at(text);
}

const Parameters* DataPool::parameters(const CellSpec& spec) const {
  const Stored* found = stored(spec);
  return found == nullptr ? nullptr : &found->parameters;
}

std::uint64_t DataPool::key(const Cell& cell) const {
  const CellSpec spec = describe(cell);
  const Stored* start = stored(spec);
  return cell_key(cell, of(spec.data).content_hash, start == nullptr ? 0 : start->content_hash);
}

std::vector<std::byte> DataPool::to_bytes() const {
  return ByteWriter::exactly([this](ByteWriter& bytes) {
    bytes.put(raw_.size());
    for (const auto& [text, raw] : raw_) {
      bytes.put_text(text);
      for (const Matrix* matrix : {&raw.inputs, &raw.labels, &raw.test_inputs, &raw.test_labels}) {
        put_matrix(bytes, *matrix);
      }
      bytes.put(raw.content_hash);
    }
    bytes.put(parameters_.size());
    for (const auto& [text, start] : parameters_) {
      bytes.put_text(text);
      put_parameters(bytes, start.parameters);
      bytes.put(start.content_hash);
    }
  });
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
  const auto starts = reader.get<std::size_t>();
  for (std::size_t i = 0; i < starts; ++i) {
    std::string text = reader.get_text();
    Parameters parameters = get_parameters(reader);
    pool.parameters_.emplace(std::move(text), Stored{std::move(parameters), reader.get<std::uint64_t>()});
  }
  return pool;
}

void check_losses(const Grid& grid, const DataPool& data) {
  const auto matters = [](const Axis& axis) {
    const Setting& setting = settings()[axis.setting];
    return setting.key == "loss" || (setting.section == "data" && !is_followed_seed(setting.key));
  };
  for (const std::uint64_t number : representatives(grid, matters)) {
    const CellSpec spec = describe(grid.cell(number));
    const DataShape shape = data_shape(spec.data, data.of(spec.data));
    check_rules(spec.rules, shape.kind, shape.outputs);
  }
}

}  // namespace ntksweep
