#pragma once

#include <memory>

#include "cases.hpp"
#include "ntksweep/ntk/kernel_regression.hpp"
#include "ntksweep/ntk/linearised_model.hpp"

/// Kernels of random features J (N x p), and the iteration that the closed forms stand for.
namespace ntksweep::linearised {

struct Case {
  Matrix kernel, test_kernel;  ///< N x N, N_test x N
  Matrix residual;             ///< C x n
  double largest;              ///< eigenvalue of the kernel

  std::shared_ptr<const Eigensystem> eigensystem() const {
    return std::make_shared<const Eigensystem>(symmetric_eigensystem(kernel));
  }
  double critical_step() const { return 2 * static_cast<double>(residual.cols()) / largest; }
};

inline Case from_features(const Matrix& train, const Matrix& test, const Matrix& residual) {
  Case c{train * train.transpose(), test * train.transpose(), residual, 0};
  c.largest = symmetric_eigenvalues(c.kernel).tail(1).value();
  return c;
}

/// Eight training samples, five test samples, more features than targets.
inline Case random_case(Index outputs, unsigned seed) {
  return from_features(cases::random_matrix(8 * outputs, 40, seed), cases::random_matrix(5 * outputs, 40, seed + 1),
                       cases::random_matrix(outputs, 8, seed + 2));
}

/// Sample 4 is sample 0, with another target.
inline Case duplicate_case() {
  Matrix train = cases::random_matrix(8, 40, 1);
  train.row(4) = train.row(0);
  return from_features(train, cases::random_matrix(5, 40, 2), cases::random_matrix(1, 8, 3));
}

/// K (x) I_C in sample-major order.
inline Matrix kronecker_identity(const Matrix& kernel, Index outputs) {
  Matrix full = Matrix::Zero(kernel.rows() * outputs, kernel.cols() * outputs);
  for (Index i = 0; i < full.rows(); ++i) {
    for (Index j = 0; j < full.cols(); ++j) {
      if (i % outputs == j % outputs) full(i, j) = kernel(i / outputs, j / outputs);
    }
  }
  return full;
}

/// r_t and F_t - F_0 of one moment.
inline Matrix train_residual(const LinearisedModel& model, double eta, std::int64_t t, Dynamics dynamics) {
  return model.at(model.train_residuals(model.residual_factors({eta, dynamics, {&t, 1}})), 0);
}
inline Matrix test_change(const LinearisedModel& model, const Matrix& test_kernel, double eta, std::int64_t t,
                          Dynamics dynamics) {
  return model.at(model.test_changes(model.project(test_kernel), {eta, dynamics, {&t, 1}}), 0);
}

struct Iterated {
  Matrix residual, test_change;
};

/// u <- (1 - eta w) u - (eta/n) K (r_0 + u) on the training outputs, and the same on the test outputs.
inline Iterated iterate(const Case& c, double eta, double decay, std::int64_t steps) {
  const double rate = eta / static_cast<double>(c.residual.cols());
  const Vector start = c.residual.reshaped();
  Vector change = Vector::Zero(start.size());
  Vector test = Vector::Zero(c.test_kernel.rows());
  for (std::int64_t t = 0; t < steps; ++t) {
    const Vector residual = start + change;
    test = (1 - eta * decay) * test - rate * (c.test_kernel * residual);
    change = (1 - eta * decay) * change - rate * (c.kernel * residual);
  }
  const Index outputs = c.residual.rows();
  return {c.residual + change.reshaped(outputs, c.residual.cols()), test.reshaped(outputs, test.size() / outputs)};
}

}  // namespace ntksweep::linearised
