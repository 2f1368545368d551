#pragma once

#include <Eigen/Eigenvalues>
#include <stdexcept>
#include <string>
#include <vector>

#include "cases.hpp"
#include "ntksweep/nn/named.hpp"
#include "ntksweep/ntk/statistics.hpp"

/// Moments of an invented cell with known kernels and outputs, and the statistics of them.
namespace ntksweep::snapshots {

/// a a^T with a random N x columns matrix; eigenvalues by Eigen, which the program does not use.
inline MeasuredKernel random_kernel(Index size, Index columns, unsigned seed, KernelKind kind) {
  const Matrix a = cases::random_matrix(size, columns, seed);
  MeasuredKernel kernel{a * a.transpose(), {}, 0, kind};
  kernel.eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(kernel.matrix).eigenvalues();
  for (const double value : kernel.matrix.reshaped()) kernel.norm += value * value;
  kernel.norm = std::sqrt(kernel.norm);
  return kernel;
}

/// Three outputs, seven samples; `initial` and `network` are unrelated draws.
struct Cell {
  Dataset data = cases::regression(4, 7, 3, 1);
  Network<double> initial, network;
  MeasuredKernel initial_kernel, kernel;

  explicit Cell(KernelKind kind = KernelKind::full) {
    Architecture a;
    a.inputs = 4;
    a.width = 5;
    a.depth = 2;
    a.outputs = 3;
    a.biases = Biases::hidden;
    initial = initialize(a, 1);
    network = initialize(a, 2);
    const Index size = kind == KernelKind::full ? 21 : 7;
    initial_kernel = random_kernel(size, size + 4, 11, kind);
    kernel = random_kernel(size, size + 4, 12, kind);
  }

  Snapshot snapshot() const {
    Snapshot s{data, initial, network, 17, cases::random_matrix(3, 7, 21), cases::random_matrix(3, 3, 22)};
    s.initial_kernel = &initial_kernel;
    s.kernel = &kernel;
    return s;
  }
};

inline const Statistic& row(std::string_view name) {
  if (const auto* found = find_named(statistics(), name)) return *found;
  throw std::invalid_argument("no statistic " + std::string(name));
}

inline std::vector<double> measure(std::string_view name, const Snapshot& snapshot, std::size_t size) {
  std::vector<double> out(size, -12345);
  row(name).measure(snapshot, out);
  return out;
}

inline double measure(std::string_view name, const Snapshot& snapshot) { return measure(name, snapshot, 1)[0]; }

}  // namespace ntksweep::snapshots
