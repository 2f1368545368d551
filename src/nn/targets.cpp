#include "targets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

bool contains(const std::vector<double>& values, double value) {
  return std::ranges::find(values, value) != values.end();
}

bool looks_like_classes(const std::vector<double>& distinct) {
  return distinct.size() <= max_auto_classes &&
         std::ranges::all_of(distinct, [](double label) { return label == std::floor(label); });
}

/// What data.targets = auto stands for; the other choices stand for themselves.
std::string resolve_targets(const DataConfig& config, const std::vector<double>& distinct, Index label_rows) {
  if (config.targets != "auto") return config.targets;
  if (label_rows != 1 || !looks_like_classes(distinct)) return "value";
  return distinct.size() == 2 || !config.positive.empty() ? "sign" : "onehot";
}

void check_classes(const std::vector<double>& distinct, Index label_rows, std::string_view targets) {
  if (label_rows != 1) {
    throw InputError(fmt::format("data.targets: {} needs one label per sample, the data has {} values; use value",
                                 targets, label_rows));
  }
  if (distinct.size() < 2) {
    throw InputError(
        fmt::format("data.targets: {} needs at least two classes, the only label is {}; keep more in "
                    "data.classes, or use value",
                    targets, list_labels(distinct)));
  }
  if (distinct.size() > max_classes) {
    throw InputError(
        fmt::format("data.targets: {} takes labels for classes, but there are more than {} different "
                    "ones; use value",
                    targets, max_classes));
  }
}

void check_positive(const std::vector<double>& positive, const std::vector<double>& distinct) {
  for (const double label : positive) {
    if (!contains(distinct, label)) {
      throw InputError(
          fmt::format("data.positive: no sample has the label {}; the labels are {}", label, list_labels(distinct)));
    }
  }
  if (std::ranges::all_of(distinct, [&](double label) { return contains(positive, label); })) {
    throw InputError(fmt::format("data.positive: names every label ({}), which leaves none for -1; leave one out",
                                 list_labels(distinct)));
  }
}

TargetRule sign_rule(const DataConfig& config, const std::vector<double>& distinct) {
  if (config.positive.empty() && distinct.size() != 2) {
    throw InputError(
        fmt::format("data.targets: sign needs two classes, the labels are {}; name those that become +1 in "
                    "data.positive, or keep two in data.classes",
                    list_labels(distinct)));
  }
  const std::vector<double> positive = config.positive.empty() ? std::vector{distinct.back()} : config.positive;
  check_positive(positive, distinct);
  TargetRule rule{TargetKind::binary, 1, distinct, {}};
  for (const double label : distinct) rule.class_of.push_back(contains(positive, label) ? 1 : 0);
  return rule;
}

TargetRule onehot_rule(const std::vector<double>& distinct) {
  TargetRule rule{TargetKind::multiclass, static_cast<Index>(distinct.size()), distinct, {}};
  for (Index k = 0; k < rule.outputs; ++k) rule.class_of.push_back(k);
  return rule;
}

}  // namespace

std::vector<double> distinct_labels(const Matrix& labels, const std::vector<Index>& columns,
                                    std::vector<double> known) {
  for (const Index column : columns) {
    if (known.size() > max_classes) break;
    const double label = labels(0, column);
    const auto place = std::ranges::lower_bound(known, label);
    if (place == known.end() || *place != label) known.insert(place, label);
  }
  return known;
}

std::string list_labels(std::span<const double> labels) {
  constexpr std::size_t shown = 20;
  return fmt::format("{}{}", fmt::join(labels.first(std::min(labels.size(), shown)), ", "),
                     labels.size() > shown ? ", ..." : "");
}

TargetRule choose_targets(const DataConfig& config, const std::vector<double>& distinct, Index label_rows) {
  const std::string targets = resolve_targets(config, distinct, label_rows);
  if (targets == "value") return {TargetKind::regression, label_rows, {}, {}};
  check_classes(distinct, label_rows, targets);
  return targets == "sign" ? sign_rule(config, distinct) : onehot_rule(distinct);
}

std::vector<Index> target_classes(const TargetRule& rule, const Matrix& labels, const std::vector<Index>& columns) {
  std::vector<Index> classes;
  classes.reserve(columns.size());
  for (const Index column : columns) {
    const auto place = std::ranges::lower_bound(rule.labels, labels(0, column));
    classes.push_back(rule.class_of[static_cast<std::size_t>(place - rule.labels.begin())]);
  }
  return classes;
}

Matrix encode_classes(TargetKind kind, Index outputs, const std::vector<Index>& classes) {
  const auto n = static_cast<Index>(classes.size());
  const bool binary = kind == TargetKind::binary;
  Matrix targets = Matrix::Constant(outputs, n, binary ? -1 : 0);
  for (Index i = 0; i < n; ++i) {
    const Index label = classes[static_cast<std::size_t>(i)];
    if (!binary) {
      targets(label, i) = 1;
    } else if (label == 1) {
      targets(0, i) = 1;
    }
  }
  return targets;
}

}  // namespace ntksweep
