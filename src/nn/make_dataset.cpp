#include <fmt/format.h>

#include <limits>

#include "input_scaling.hpp"
#include "label_noise.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"
#include "sample_order.hpp"
#include "selected_data.hpp"
#include "synthetic.hpp"

namespace ntksweep {

namespace {

constexpr Index default_synthetic_test_samples = 1000;

/// Targets of some samples: class numbers, or values (C x n) for regression.
struct Labels {
  std::vector<Index> classes;
  Matrix values;
};

bool is_synthetic(const DataConfig& config) {
  const DataSource* source = find_named(data_sources(), config.source);
  return source != nullptr && source->synthetic;
}

Index synthetic_test_samples(const DataConfig& config) {
  return config.test_samples > 0 ? config.test_samples : default_synthetic_test_samples;
}

void check_noise(const DataConfig& config, TargetKind kind) {
  if (kind == TargetKind::regression || config.label_noise <= 1) return;
  throw InputError(fmt::format("data.label_noise: {} is no share of wrong labels; for classes it lies between 0 and 1",
                               config.label_noise));
}

Matrix encode(TargetKind kind, Index outputs, const Labels& labels) {
  return kind == TargetKind::regression ? labels.values : encode_classes(kind, outputs, labels.classes);
}

Matrix noisy_targets(const DataConfig& config, TargetKind kind, Index outputs, const Labels& labels) {
  if (kind == TargetKind::regression) return with_gaussian_noise(labels.values, config.label_noise, config.seed_noise);
  const Index class_count = kind == TargetKind::binary ? 2 : outputs;
  return encode_classes(kind, outputs,
                        with_wrong_classes(labels.classes, class_count, config.label_noise, config.seed_noise));
}

Dataset assemble(const DataConfig& config, const DataShape& shape, Matrix x, const Labels& train, Matrix x_test,
                 const Labels& test) {
  return {shape.kind,
          std::move(x),
          noisy_targets(config, shape.kind, shape.outputs, train),
          encode(shape.kind, shape.outputs, train),
          std::move(x_test),
          encode(shape.kind, shape.outputs, test)};
}

Labels teacher_labels(const DataConfig& config, TargetKind kind, const Matrix& x) {
  const Matrix output = teacher_output(config, x);
  if (kind == TargetKind::regression) return {{}, output};
  return {teacher_classes(kind, output), {}};
}

std::vector<Index> first_columns(Index n) {
  std::vector<Index> columns(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) columns[static_cast<std::size_t>(i)] = i;
  return columns;
}

/// The teacher sees the inputs as they are drawn; scaling is what the network sees.
Dataset synthetic_dataset(const DataConfig& config, const DataShape& shape, Index n) {
  const Matrix x = draw_inputs(config, Stream::train_inputs, config.seed_data, n);
  const Matrix x_test = draw_inputs(config, Stream::test_inputs, config.seed_test, shape.test_samples);
  const InputScaling scaling = fit_scaling(config, x, {});
  return assemble(config, shape, scaled_inputs(scaling, x, first_columns(n), config.source),
                  teacher_labels(config, shape.kind, x),
                  scaled_inputs(scaling, x_test, first_columns(shape.test_samples), config.source),
                  teacher_labels(config, shape.kind, x_test));
}

Labels file_labels(const TargetRule& rule, const Matrix& labels, const std::vector<Index>& columns) {
  if (rule.kind == TargetKind::regression) return {{}, labels(Eigen::all, columns)};
  return {target_classes(rule, labels, columns), {}};
}

/// The first n samples of the pool in training order.
std::vector<Index> training_columns(const DataConfig& config, const RawData& raw, const TargetRule& rule,
                                    const std::vector<Index>& pool, Index n) {
  const auto order = rule.kind == TargetKind::regression
                         ? shuffled_order(std::ssize(pool), config.seed_data)
                         : stratified_order(target_classes(rule, raw.labels, pool), rule.classes(), config.seed_data);
  std::vector<Index> columns;
  for (Index i = 0; i < n; ++i) columns.push_back(pool[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
  return columns;
}

/// Names of the data in messages.
std::string train_origin(const DataConfig& config) { return config.path.empty() ? config.source : config.path; }
std::string test_origin(const DataConfig& config, const RawData& raw) {
  return raw.test_inputs.cols() > 0 ? "the test set of " + train_origin(config) : train_origin(config);
}

DataShape file_shape(const DataConfig& config, const RawData& raw) {
  const SelectedData selected = select_data(config, raw);
  check_lengths(config, raw.inputs, selected.rows, train_origin(config));
  check_lengths(config, raw.test_inputs, selected.test_rows, test_origin(config, raw));
  return {raw.inputs.rows(), selected.targets.outputs, selected.test_size, selected.targets.kind};
}

DataShape synthetic_shape(const DataConfig& config) {
  const TargetKind kind = synthetic_target_kind(config);
  return {config.input_dim, config.outputs, synthetic_test_samples(config), kind};
}

Dataset file_dataset(const DataConfig& config, const RawData& raw, const DataShape& shape, Index n) {
  const SelectedData selected = select_data(config, raw);
  const Split split = split_data(config, selected);
  const bool own_test = raw.test_inputs.cols() > 0;
  const Matrix& test_inputs = own_test ? raw.test_inputs : raw.inputs;
  const Matrix& test_labels = own_test ? raw.test_labels : raw.labels;
  const InputScaling scaling = fit_scaling(config, raw.inputs, split.pool);
  const auto columns = training_columns(config, raw, selected.targets, split.pool, n);
  return assemble(config, shape, scaled_inputs(scaling, raw.inputs, columns, train_origin(config)),
                  file_labels(selected.targets, raw.labels, columns),
                  scaled_inputs(scaling, test_inputs, split.test, test_origin(config, raw)),
                  file_labels(selected.targets, test_labels, split.test));
}

}  // namespace

Index available_samples(const DataConfig& config, const RawData& raw) {
  if (!is_synthetic(config)) return select_data(config, raw).pool_size;
  return config.pool > 0 ? config.pool : std::numeric_limits<Index>::max();
}

void require_samples(const DataConfig& config, const RawData& raw, Index n) {
  const Index available = available_samples(config, raw);
  if (n <= available) return;
  throw InputError(fmt::format(
      "grid.samples: {} samples asked, but data.source = {} has {} in its training pool; lower grid.samples "
      "or data.test_samples, or raise data.pool",
      n, config.source, available));
}

DataShape data_shape(const DataConfig& config, const RawData& raw) {
  const DataShape shape = is_synthetic(config) ? synthetic_shape(config) : file_shape(config, raw);
  check_noise(config, shape.kind);
  return shape;
}

Dataset make_dataset(const DataConfig& config, const RawData& raw, Index n) {
  const DataShape shape = data_shape(config, raw);
  require_samples(config, raw, n);
  return is_synthetic(config) ? synthetic_dataset(config, shape, n) : file_dataset(config, raw, shape, n);
}

}  // namespace ntksweep
