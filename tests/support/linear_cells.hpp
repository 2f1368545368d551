#pragma once

#include <cmath>
#include <random>

#include "cases.hpp"
#include "decompositions.hpp"
#include "ntksweep/nn/network.hpp"
#include "ntksweep/nn/training_rules.hpp"

/// Two-layer linear networks on data of known conditioning, trained by plain Eigen products.
namespace ntksweep::linear_cells {

struct Cell {
  Network<double> network;
  Matrix x, y;  ///< d x n, C x n
  TrainingRules rules;

  double scale() const { return network.layers[0].scale * network.layers[1].scale; }
  double rate() const { return network.layers[0].weight_rate; }
  double samples() const { return static_cast<double>(x.cols()); }
  Matrix residual() const { return scale() * (network.weights[1] * (network.weights[0] * x)) - y; }
  double loss() const { return residual().squaredNorm() / (2 * samples()); }

  /// One step of gradient descent: theta <- theta - eta c grad L.
  void step(double eta) {
    const Matrix signal = (eta * rate() * scale() / samples()) * residual() * x.transpose();
    const Matrix first = network.weights[1].transpose() * signal;
    network.weights[1] -= signal * network.weights[0].transpose();
    network.weights[0] -= first;
  }
};

/// Columns (or rows, where fewer) orthonormal.
inline Matrix orthonormal(Index rows, Index columns, unsigned seed) {
  const Index large = std::max(rows, columns);
  const Matrix q = reference::orthogonal_factor(cases::random_matrix(large, large, seed));
  return q.topLeftCorner(rows, columns);
}

/// x = U diag(singular values from 1 to `condition`) V^T.
inline Matrix conditioned(Index rows, Index columns, double condition, unsigned seed) {
  const Index rank = std::min(rows, columns);
  const Vector values = Vector::LinSpaced(rank, 1.0, rank == 1 ? 1.0 : condition);
  return orthonormal(rows, rank, seed) * values.asDiagonal() * orthonormal(rank, columns, seed + 1);
}

inline Architecture linear_architecture(Index inputs, Index width, Index outputs) {
  Architecture a;
  a.inputs = inputs;
  a.width = width;
  a.outputs = outputs;
  a.activation = "linear";
  a.sigma_w = 1;
  return a;
}

/// Independent of its shape, a cell is either far from its targets, which are then random, or so near
/// that the margin p_1 is positive. Conditioning of x up to 1.5.
inline Cell random_cell(unsigned seed) {
  std::mt19937_64 engine(seed);
  const auto draw = [&engine](Index low, Index high) {
    return std::uniform_int_distribution<Index>(low, high)(engine);
  };
  const auto real = [&engine](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  };
  const bool is_near = draw(0, 1) == 1;
  const Index inputs = draw(1, 6);
  const Index outputs = draw(1, 6);
  const Index samples = draw(std::max<Index>(1, inputs - 2), inputs + 4);
  const Index width = is_near ? draw(std::min(inputs, outputs), 12) : draw(inputs + outputs, 60);
  Architecture a = linear_architecture(inputs, width, outputs);
  a.init_scale = real(0.5, 2);
  a.imbalance = std::pow(2.0, real(-2, 2));
  a.parametrization = draw(0, 1) == 1 ? "ntk" : "mup";
  a.initialization = draw(0, 2) == 0 ? "balanced" : "gaussian";
  Cell cell{initialize(a, seed), conditioned(inputs, samples, draw(0, 1) == 1 ? 1.0 : 1.5, seed), {}, {}};
  cell.y = cases::random_matrix(outputs, samples, seed + 2);
  if (is_near) {
    cell.y = Matrix::Zero(outputs, samples);
    const Matrix output = cell.residual();
    cell.y = output + 0.02 * output.norm() * cases::random_matrix(outputs, samples, seed + 2).normalized();
  }
  return cell;
}

}  // namespace ntksweep::linear_cells
