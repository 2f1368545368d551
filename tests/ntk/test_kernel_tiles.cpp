#include <gtest/gtest.h>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/ntk/kernel.hpp"

/// Kernels of more samples than one tile holds: 512 rows, outputs included.
namespace ntksweep {
namespace {

Network<double> network_of(Index depth, Index outputs) {
  Architecture a;
  a.inputs = 3;
  a.width = 4;
  a.depth = depth;
  a.outputs = outputs;
  a.biases = Biases::all;
  a.sigma_b = 0.5;
  return initialize(a, 3);
}

Matrix mean_block(const Matrix& full, Index outputs) {
  Matrix mean = Matrix::Zero(full.rows() / outputs, full.cols() / outputs);
  for (Index j = 0; j < mean.cols(); ++j) {
    for (Index i = 0; i < mean.rows(); ++i) {
      mean(i, j) = full.block(i * outputs, j * outputs, outputs, outputs).trace() / static_cast<double>(outputs);
    }
  }
  return mean;
}

TEST(KernelTiles, MeetAtTheirEdgesForOneOutput) {
  for (const Index n : {1, 511, 512, 513, 1027}) {
    const Matrix x = cases::random_matrix(3, n, 1);
    const auto network = network_of(2, 1);
    const Matrix expected = reference::kernel(network, x);
    const Matrix kernel = empirical_ntk(network, x, KernelKind::trace);
    EXPECT_LT((kernel - expected).cwiseAbs().maxCoeff(), 1e-13 * expected.cwiseAbs().maxCoeff()) << n;
    EXPECT_EQ(kernel, kernel.transpose()) << n;
  }
}

TEST(KernelTiles, MeetAtTheirEdgesForSeveralOutputs) {
  for (const Index n : {169, 170, 171, 343}) {
    const Matrix x = cases::random_matrix(3, n, 1);
    const auto network = network_of(2, 3);
    const Matrix expected = reference::kernel(network, x);
    const double size = expected.cwiseAbs().maxCoeff();
    const Matrix full = empirical_ntk(network, x, KernelKind::full);
    EXPECT_LT((full - expected).cwiseAbs().maxCoeff(), 1e-13 * size) << n;
    EXPECT_EQ(full, full.transpose()) << n;
    const Matrix trace = empirical_ntk(network, x, KernelKind::trace);
    EXPECT_LT((trace - mean_block(expected, 3)).cwiseAbs().maxCoeff(), 1e-13 * size) << n;
    EXPECT_EQ(trace, trace.transpose()) << n;
  }
}

TEST(KernelTiles, OfACrossKernelCoverAllRowsAndColumns) {
  for (const Index outputs : {1, 3}) {
    for (const Index depth : {1, 3}) {
      const auto network = network_of(depth, outputs);
      const Matrix rows = cases::random_matrix(3, 514, 1);
      const Matrix columns = cases::random_matrix(3, 172, 2);
      const Matrix expected = reference::jacobian(network, rows) * reference::rates(network).asDiagonal() *
                              reference::jacobian(network, columns).transpose();
      const Matrix full = empirical_ntk(network, rows, columns, KernelKind::full);
      EXPECT_LT((full - expected).cwiseAbs().maxCoeff(), 1e-13 * expected.cwiseAbs().maxCoeff());
      const Matrix trace = empirical_ntk(network, rows, columns, KernelKind::trace);
      EXPECT_LT((trace - mean_block(expected, outputs)).cwiseAbs().maxCoeff(), 1e-13 * expected.cwiseAbs().maxCoeff());
    }
  }
}

TEST(KernelTiles, ReadAGramMatrixOfTheInputsWithTheBitsTheyWouldForm) {
  for (const Index n : {1, 7, 513}) {
    const Matrix x = cases::random_matrix(3, n, 1);
    const Matrix gram = input_gram(x);
    EXPECT_EQ(gram, gram.transpose());
    EXPECT_LT((gram - x.transpose() * x).cwiseAbs().maxCoeff(), 1e-13);
    for (const KernelKind kind : {KernelKind::full, KernelKind::trace}) {
      for (const Index depth : {0, 1, 2}) {
        const auto network = network_of(depth, 3);
        Activity<double> activity;
        forward(network, x, activity);
        EXPECT_EQ(empirical_ntk(network, {x, &gram}, activity, kind), empirical_ntk(network, x, kind)) << n;
      }
    }
  }
}

TEST(KernelTiles, LeaveTheHiddenFeaturesOfAForwardPassAlone) {
  const auto network = network_of(2, 3);
  const Matrix x = cases::random_matrix(3, 6, 1);
  Activity<double> activity, copy;
  forward(network, x, activity);
  forward(network, x, copy);
  empirical_ntk(network, {x}, activity, KernelKind::full);
  EXPECT_EQ(activity.hidden, copy.hidden);
  EXPECT_EQ(activity.output, copy.output);
}

}  // namespace
}  // namespace ntksweep
