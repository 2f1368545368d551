#include <gtest/gtest.h>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {
namespace {

/// J(rows) diag(c) J(columns)^T from explicit Jacobians, sample-major.
Matrix reference_cross(const Network<double>& network, const Matrix& rows, const Matrix& columns) {
  return reference::jacobian(network, rows) * reference::rates(network).asDiagonal() *
         reference::jacobian(network, columns).transpose();
}

Matrix mean_block(const Matrix& full, Index outputs) {
  Matrix mean = Matrix::Zero(full.rows() / outputs, full.cols() / outputs);
  for (Index i = 0; i < mean.rows(); ++i) {
    for (Index j = 0; j < mean.cols(); ++j) {
      mean(i, j) = full.block(i * outputs, j * outputs, outputs, outputs).trace() / static_cast<double>(outputs);
    }
  }
  return mean;
}

TEST(CrossKernel, IsTheProductOfTheTwoJacobiansForEveryArchitecture) {
  const Matrix rows = cases::random_matrix(3, 4, 1);
  const Matrix columns = cases::random_matrix(3, 6, 2);
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto network = initialize(architecture, 3);
      const Matrix expected = reference_cross(network, rows, columns);
      const Matrix full = empirical_ntk(network, rows, columns, KernelKind::full);
      ASSERT_EQ(full.rows(), expected.rows());
      ASSERT_EQ(full.cols(), expected.cols());
      EXPECT_LT((full - expected).norm(), 1e-13 * expected.norm()) << cases::describe(architecture);
      const Matrix mean = mean_block(expected, architecture.outputs);
      const Matrix trace = empirical_ntk(network, rows, columns, KernelKind::trace);
      ASSERT_EQ(trace.rows(), 4);
      EXPECT_LT((trace - mean).norm(), 1e-13 * expected.norm()) << cases::describe(architecture);
    }
  }
}

TEST(CrossKernel, OfASetWithItselfIsTheSymmetricForm) {
  const Matrix x = cases::random_matrix(3, 5, 1);
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 3);
    for (const KernelKind kind : {KernelKind::full, KernelKind::trace}) {
      const Matrix symmetric = empirical_ntk(network, x, kind);
      EXPECT_LT((empirical_ntk(network, x, x, kind) - symmetric).norm(), 1e-14 * symmetric.norm())
          << cases::describe(architecture);
    }
  }
}

TEST(CrossKernel, ChangesSidesUnderTransposition) {
  const Matrix rows = cases::random_matrix(3, 4, 1);
  const Matrix columns = cases::random_matrix(3, 6, 2);
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 3);
    const Matrix kernel = empirical_ntk(network, rows, columns, KernelKind::full);
    EXPECT_LT((kernel.transpose() - empirical_ntk(network, columns, rows, KernelKind::full)).norm(),
              1e-14 * kernel.norm())
        << cases::describe(architecture);
  }
}

TEST(CrossKernel, WorksForOneSampleAndForNone) {
  Architecture a;
  a.inputs = 3;
  a.width = 5;
  a.depth = 2;
  a.outputs = 3;
  a.activation = "tanh";
  const auto network = initialize(a, 1);
  const Matrix x = cases::random_matrix(3, 4, 1);
  const Matrix one = empirical_ntk(network, x.leftCols(1), x, KernelKind::full);
  EXPECT_LT((one - empirical_ntk(network, x, KernelKind::full).topRows(3)).norm(), 1e-14 * one.norm());
  const Matrix none = empirical_ntk(network, x.leftCols(0), x, KernelKind::full);
  EXPECT_EQ(none.rows(), 0);
  EXPECT_EQ(none.cols(), 12);
}

}  // namespace
}  // namespace ntksweep
