#pragma once

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cases.hpp"
#include "decompositions.hpp"
#include "ntksweep/nn/named.hpp"
#include "ntksweep/ntk/statistics.hpp"

/// Moments of an invented cell with known kernels and outputs, and the statistics of them.
namespace ntksweep::snapshots {

/// a a^T with a random N x columns matrix; eigenvalues by Eigen, which the program does not use.
inline MeasuredKernel random_kernel(Index size, Index columns, unsigned seed, KernelKind kind) {
  const Matrix a = cases::random_matrix(size, columns, seed);
  MeasuredKernel kernel{a * a.transpose(), {}, 0, kind};
  kernel.eigenvalues = reference::eigenvalues(kernel.matrix);
  for (const double value : kernel.matrix.reshaped()) kernel.norm += value * value;
  kernel.norm = std::sqrt(kernel.norm);
  return kernel;
}

/// Three outputs, seven samples; `initial` and `network` are unrelated draws.
struct Cell {
  Dataset data = cases::regression(4, 7, 3, 1);
  Network<double> initial, network;
  MeasuredKernel initial_kernel, kernel;
  TrainingRules rules;
  std::unique_ptr<InitialTheory> theory;
  std::unique_ptr<LinearisedCourse> linearised;
  std::vector<Look> history;

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
    theory =
        std::make_unique<InitialTheory>(initial, data, rules, StatisticOptions{.kind = kind, .top = 3, .ridge = 0.1});
    linearised = std::make_unique<LinearisedCourse>(*theory, 0.25, std::vector<std::int64_t>{0, 8});
    history = {{0, 1.0, 2.0, 0.5}, {8, 0.1, 0.3, 0.25}, {17, 0.01, 0.5, 0.3}};
  }

  Snapshot snapshot() const {
    Snapshot s{data, initial, network, *theory, 17, cases::random_matrix(3, 7, 21), cases::random_matrix(3, 3, 22)};
    s.features = {cases::random_matrix(5, 7, 23), cases::random_matrix(5, 7, 24)};
    s.initial_kernel = &initial_kernel;
    s.kernel = &kernel;
    s.history = history;
    s.linearised = linearised.get();
    s.step_size = s.constant_step = 0.25;
    return s;
  }
};

inline const Statistic& row(std::string_view name) {
  if (const auto* found = find_named(statistics(), name)) return *found;
  throw std::invalid_argument("no statistic " + std::string(name));
}

inline std::vector<double> measure(std::string_view name, const Snapshot& snapshot, std::size_t size) {
  std::vector<double> out(size, std::numeric_limits<double>::quiet_NaN());
  row(name).measure(snapshot, out);
  return out;
}

inline double measure(std::string_view name, const Snapshot& snapshot) { return measure(name, snapshot, 1)[0]; }

}  // namespace ntksweep::snapshots
