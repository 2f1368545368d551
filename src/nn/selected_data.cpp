#include "selected_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/random.hpp"

namespace ntksweep {

namespace {

std::vector<Index> all_rows(Index count) {
  std::vector<Index> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

std::vector<Index> rows_of_classes(const Matrix& labels, const std::vector<double>& classes) {
  std::vector<Index> rows = all_rows(labels.cols());
  if (classes.empty()) return rows;
  std::erase_if(rows, [&](Index row) { return std::ranges::find(classes, labels(0, row)) == classes.end(); });
  return rows;
}

void check_classes_exist(const DataConfig& config, const RawData& raw) {
  if (config.classes.empty()) return;
  if (raw.labels.rows() != 1) {
    throw InputError(fmt::format("data.classes: the data has {} values per sample and no class labels; leave it empty",
                                 raw.labels.rows()));
  }
  for (const double label : config.classes) {
    if ((raw.labels.array() == label).any()) continue;
    throw InputError(fmt::format("data.classes: no sample has the label {}; the labels are {}", label,
                                 list_labels(distinct_labels(raw.labels, all_rows(raw.labels.cols())))));
  }
}

/// A fifth of the samples, at most 10000; the digits are split as 1000 : 797, also where only some
/// of their classes are kept.
Index default_test_size(const DataConfig& config, Index rows) {
  const double share = config.source == "digits" ? 797.0 / 1797.0 : 0.2;
  return std::min<Index>(std::llround(share * static_cast<double>(rows)), 10000);
}

Index chosen_test_size(const DataConfig& config, Index rows, Index test_rows) {
  if (config.test_samples == 0) return test_rows > 0 ? test_rows : default_test_size(config, rows);
  if (test_rows > 0 && config.test_samples > test_rows) {
    throw InputError(fmt::format("data.test_samples: {} asked, the test set of data.source = {} has {}",
                                 config.test_samples, config.source, test_rows));
  }
  return config.test_samples;
}

/// Pool size, when `left` samples are not for testing.
Index chosen_pool_size(const DataConfig& config, Index rows, Index left) {
  if (left < 1) {
    throw InputError(
        fmt::format("data.test_samples: {} of the {} samples that data.source = {} has are for testing, "
                    "which leaves none for training; lower it or give data.test_path",
                    rows - left, rows, config.source));
  }
  if (config.pool > left) {
    throw InputError(
        fmt::format("data.pool: {} samples asked, data.source = {} has {} that are not for testing; lower "
                    "data.pool or data.test_samples",
                    config.pool, config.source, left));
  }
  return config.pool > 0 ? config.pool : left;
}

std::vector<Index> shuffled(const std::vector<Index>& rows, std::uint64_t seed, std::uint64_t substream) {
  std::vector<Index> result;
  result.reserve(rows.size());
  for (const auto position : RandomStream(Stream::split, seed, substream).permutation(std::ssize(rows))) {
    result.push_back(rows[static_cast<std::size_t>(position)]);
  }
  return result;
}

std::vector<Index> sorted_head(std::vector<Index> rows, Index count) {
  rows.resize(static_cast<std::size_t>(count));
  std::ranges::sort(rows);
  return rows;
}

std::vector<Index> sorted_tail(const std::vector<Index>& rows, Index count) {
  return sorted_head(std::vector<Index>(rows.rbegin(), rows.rend()), count);
}

}  // namespace

SelectedData select_data(const DataConfig& config, const RawData& raw) {
  check_classes_exist(config, raw);
  SelectedData selected{
      rows_of_classes(raw.labels, config.classes), rows_of_classes(raw.test_labels, config.classes), {}, 0, 0};
  const auto rows = std::ssize(selected.rows);
  const auto test_rows = std::ssize(selected.test_rows);
  if (raw.test_inputs.cols() > 0 && test_rows == 0) {
    throw InputError(fmt::format("data.classes: no sample of the test set of data.source = {} has one of these labels",
                                 config.source));
  }
  const auto distinct =
      distinct_labels(raw.test_labels, selected.test_rows, distinct_labels(raw.labels, selected.rows));
  selected.targets = choose_targets(config, distinct, raw.labels.rows());
  selected.test_size = chosen_test_size(config, rows, test_rows);
  selected.pool_size = chosen_pool_size(config, rows, test_rows > 0 ? rows : rows - selected.test_size);
  return selected;
}

Split split_data(const DataConfig& config, const SelectedData& selected) {
  const auto rows = shuffled(selected.rows, config.seed_test, 0);
  const auto test = selected.test_rows.empty() ? rows : shuffled(selected.test_rows, config.seed_test, 1);
  return {sorted_tail(rows, selected.pool_size), sorted_head(test, selected.test_size)};
}

}  // namespace ntksweep
