#pragma once

#include <span>
#include <vector>

#include "ntksweep/nn/data_source.hpp"

namespace ntksweep {

/// What the labels of a data set become.
/// Regression: they are the targets. Otherwise sample i has target class class_of[k] where its
/// label is labels[k]; binary classes 0 and 1 are the targets -1 and +1.
struct TargetRule {
  TargetKind kind = TargetKind::regression;
  Index outputs = 1;            ///< C
  std::vector<double> labels;   ///< ascending; classes only
  std::vector<Index> class_of;  ///< one per label

  Index classes() const { return kind == TargetKind::binary ? 2 : outputs; }
};

/// More different labels than this are no classes: under `auto`, and at all.
inline constexpr std::size_t max_auto_classes = 100;
inline constexpr std::size_t max_classes = 1000;

/// The different values in a row of labels, ascending; collecting stops at max_classes + 1.
std::vector<double> distinct_labels(const Matrix& labels, const std::vector<Index>& columns,
                                    std::vector<double> known = {});

/// "0, 1, 2" for messages; long lists are cut.
std::string list_labels(std::span<const double> labels);

/// Applies data.targets (and data.positive) to labels of which `distinct` are the different values
/// and `label_rows` the number per sample. Throws InputError where they do not fit.
TargetRule choose_targets(const DataConfig& config, const std::vector<double>& distinct, Index label_rows);

/// Target class of each of the given columns of `labels`.
std::vector<Index> target_classes(const TargetRule& rule, const Matrix& labels, const std::vector<Index>& columns);

/// Class numbers -> targets, C x n: +-1 for binary, 0/1 for multiclass.
Matrix encode_classes(TargetKind kind, Index outputs, const std::vector<Index>& classes);

}  // namespace ntksweep
