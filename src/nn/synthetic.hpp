#pragma once

#include <vector>

#include "ntksweep/core/random.hpp"
#include "ntksweep/nn/data_source.hpp"

namespace ntksweep {

/// d x n inputs of data.source = gaussian or sphere. Column i depends on the stream, the seed and i only.
Matrix draw_inputs(const DataConfig& config, Stream stream, std::uint64_t seed, Index n);

/// C x n outputs of the teacher on inputs x (d x n); a column's bits do not depend on its neighbours.
/// linear: w . x / sqrt(d) with w ~ N(0, I) scaled to |w|^2 = d exactly, for each output, so that
/// E y^2 = 1 under either source. network: one hidden layer, ntk parametrization, sigma_w^2 = 2, N(0, 1).
/// Its numbers come from a stream of their own: no student ever starts at the teacher.
Matrix teacher_output(const DataConfig& config, const Matrix& x);

/// What the teacher's outputs become under data.targets (auto is value). Throws InputError where the
/// number of outputs does not fit, or a setting has no meaning for drawn samples.
TargetKind synthetic_target_kind(const DataConfig& config);

/// Class of each teacher output (C x n): its sign (0 or 1) for binary, its largest for multiclass.
std::vector<Index> teacher_classes(TargetKind kind, const Matrix& output);

}  // namespace ntksweep
