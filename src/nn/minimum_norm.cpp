#include <lapacke.h>

#include <algorithm>
#include <limits>

#include "ntksweep/nn/forward.hpp"
#include "ntksweep/nn/lapack_failure.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {

namespace {

/// Rows: samples. Columns: what multiplies each trained parameter of one output.
Matrix features(const Network<double>& network, const Matrix& x) {
  Activity<double> activity;
  forward(network, x, activity);
  const Matrix& input = activity.hidden.empty() ? x : activity.hidden.back();
  const auto& layer = network.layers.back();
  Matrix phi(x.cols(), layer.fan_in + (layer.has_bias ? 1 : 0));
  phi.leftCols(layer.fan_in) = layer.scale * input.transpose();
  if (layer.has_bias) phi.rightCols(1).setConstant(layer.bias_scale);
  return phi;
}

/// Minimum-norm least-squares solution of phi theta = targets (n x C), by LAPACK dgelsd.
Matrix least_squares(Matrix phi, const Matrix& targets) {
  const Index n = phi.rows();
  const Index p = phi.cols();
  Matrix solution = Matrix::Zero(std::max(n, p), targets.cols());
  solution.topRows(n) = targets;
  Vector singular(std::min(n, p));
  const double cut_off = static_cast<double>(std::max(n, p)) * std::numeric_limits<double>::epsilon();
  lapack_int rank = 0;
  const auto info =
      LAPACKE_dgelsd(LAPACK_COL_MAJOR, static_cast<lapack_int>(n), static_cast<lapack_int>(p),
                     static_cast<lapack_int>(targets.cols()), phi.data(), static_cast<lapack_int>(n), solution.data(),
                     static_cast<lapack_int>(solution.rows()), singular.data(), cut_off, &rank);
  if (info != 0) throw lapack_failure("minimum-norm solution", "dgelsd", info);
  return solution.topRows(p);
}

}  // namespace

TrainingOutcome solve_minimum_norm(Network<double>& network, const Dataset& data, double tolerance) {
  const auto& layer = network.layers.back();
  const Matrix solution = least_squares(features(network, data.x), data.y.transpose());
  network.weights.back() = solution.topRows(layer.fan_in).transpose();
  if (layer.has_bias) network.biases.back() = solution.bottomRows(1).transpose();
  const Matrix output = predict(network, data.x);
  const double loss = squared_loss(output, data.y);
  const double error = classification_error(data.kind, output, data.y);
  const bool interpolates = data.kind == TargetKind::regression ? loss <= tolerance : error == 0;
  TrainingOutcome outcome{Status::converged, 0, interpolates ? 0 : -1};
  outcome.final_loss = loss;
  return outcome;
}

}  // namespace ntksweep
