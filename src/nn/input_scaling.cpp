#include "input_scaling.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

/// What is left of a vector below this share of its length is rounding.
constexpr double rounding = 1e-12;

Vector pool_mean(const Matrix& inputs, const std::vector<Index>& pool) {
  Vector sum = Vector::Zero(inputs.rows());
  for (const Index column : pool) sum += inputs.col(column);
  return sum / static_cast<double>(pool.size());
}

/// Mean over the pool of |x - center|^2.
double mean_square(const Matrix& inputs, const std::vector<Index>& pool, const Vector& center) {
  double sum = 0;
  for (const Index column : pool) {
    sum += center.size() > 0 ? (inputs.col(column) - center).squaredNorm() : inputs.col(column).squaredNorm();
  }
  return sum / static_cast<double>(pool.size());
}

[[noreturn]] void fail_zero(Index column, const std::string& origin) {
  throw InputError(
      fmt::format("data.scale: sample {} of {} (the first is 1) is zero and cannot be scaled to unit "
                  "length; remove it or use data.scale = pool_rms",
                  column + 1, origin));
}

}  // namespace

void check_lengths(const DataConfig& config, const Matrix& inputs, const std::vector<Index>& columns,
                   const std::string& origin) {
  if (config.center != "none" || (config.scale != "unit_norm" && config.scale != "unit_rms")) return;
  for (const Index column : columns) {
    if ((inputs.col(column).array() == 0).all()) fail_zero(column, origin);
  }
}

InputScaling fit_scaling(const DataConfig& config, const Matrix& inputs, const std::vector<Index>& pool) {
  InputScaling scaling;
  const auto d = static_cast<double>(inputs.rows());
  if (config.center == "mean") scaling.center = pool_mean(inputs, pool);
  if (config.scale == "unit_norm") scaling.length = 1;
  if (config.scale == "unit_rms") scaling.length = std::sqrt(d);
  if (config.scale == "pool_rms") {
    const double spread = mean_square(inputs, pool, scaling.center);
    if (spread <= rounding * rounding * scaling.center.squaredNorm()) {
      throw InputError(fmt::format("data.scale: pool_rms cannot scale the inputs of data.source = {}: they are zero{}",
                                   config.source, config.center == "mean" ? " once the mean is subtracted" : ""));
    }
    scaling.factor = std::sqrt(d / spread);
  }
  return scaling;
}

Matrix scaled_inputs(const InputScaling& scaling, const Matrix& inputs, const std::vector<Index>& columns,
                     const std::string& origin) {
  Matrix x(inputs.rows(), static_cast<Index>(columns.size()));
  for (Index i = 0; i < x.cols(); ++i) {
    const Index column = columns[static_cast<std::size_t>(i)];
    x.col(i) = inputs.col(column);
    if (scaling.center.size() > 0) x.col(i) -= scaling.center;
    if (scaling.length > 0) {
      const double norm = x.col(i).norm();
      if (norm <= rounding * inputs.col(column).norm()) fail_zero(column, origin);
      x.col(i) *= scaling.length / norm;
    } else {
      x.col(i) *= scaling.factor;
    }
  }
  return x;
}

}  // namespace ntksweep
