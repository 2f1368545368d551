#include <gtest/gtest.h>

#include "../support/decompositions.hpp"
#include "../support/linearised.hpp"

namespace ntksweep {
namespace {

using linearised::Case;

KernelRegression regress(const Case& c, const Matrix& targets, double ridge) {
  return kernel_regression(*c.eigensystem(), c.test_kernel, targets, ridge);
}

TEST(KernelRegression, IsADirectSolve) {
  for (const Index outputs : {1, 3}) {
    const Case c = linearised::random_case(outputs, 1);
    for (const double ridge : {0.0, 1e-3, 1.0}) {
      const Matrix shifted = c.kernel + 8 * ridge * Matrix::Identity(8 * outputs, 8 * outputs);
      const Vector dual = reference::solve(shifted, c.residual.reshaped());
      const auto found = regress(c, c.residual, ridge);
      EXPECT_LT((found.train_output.reshaped() - c.kernel * dual).norm(), 1e-11 * c.residual.norm()) << ridge;
      EXPECT_LT((found.test_output.reshaped() - c.test_kernel * dual).norm(), 1e-11 * c.residual.norm()) << ridge;
      EXPECT_EQ(found.rank, 8 * outputs);
      EXPECT_EQ(found.test_output.rows(), outputs);
      EXPECT_EQ(found.test_output.cols(), 5);
    }
  }
}

TEST(KernelRegression, WithoutRidgeInterpolates) {
  const Case c = linearised::random_case(3, 1);
  EXPECT_LT((regress(c, c.residual, 0).train_output - c.residual).norm(), 1e-11 * c.residual.norm());
}

/// min 1/(2n) |J theta - y|^2 + ridge/2 |theta|^2, n = 30 samples and 7 features: the kernel is singular.
TEST(KernelRegression, IsRidgeRegressionOnTheFeaturesWhereThereAreFewerOfThemThanSamples) {
  const Matrix train = cases::random_matrix(30, 7, 1);
  const Matrix test = cases::random_matrix(4, 7, 2);
  const Case c = linearised::from_features(train, test, cases::random_matrix(1, 30, 3));
  for (const double ridge : {0.0, 1e-4, 0.3}) {
    const Matrix normal = train.transpose() * train + 30 * ridge * Matrix::Identity(7, 7);
    const Vector theta = reference::solve(normal, train.transpose() * c.residual.transpose());
    const auto found = regress(c, c.residual, ridge);
    EXPECT_LT((found.test_output.transpose() - test * theta).norm(), 1e-11 * c.residual.norm()) << ridge;
    EXPECT_LT((found.train_output.transpose() - train * theta).norm(), 1e-11 * c.residual.norm()) << ridge;
    EXPECT_EQ(found.rank, 7);
  }
}

TEST(KernelRegression, GivesADuplicateTheMeanOfItsTargetsAndSaysTheRank) {
  const Case c = linearised::duplicate_case();
  const auto found = regress(c, c.residual, 0);
  EXPECT_EQ(found.rank, 7);
  const double mean = (c.residual(0, 0) + c.residual(0, 4)) / 2;
  EXPECT_NEAR(found.train_output(0, 0), mean, 1e-11);
  EXPECT_NEAR(found.train_output(0, 4), mean, 1e-11);
  EXPECT_NEAR(found.train_output(0, 2), c.residual(0, 2), 1e-11);
}

TEST(KernelRegression, IsTheMinimumNormSolutionOfFeaturesWithoutFullRank) {
  Matrix train = cases::random_matrix(6, 9, 1);
  train.row(5) = 2 * train.row(1) - train.row(0);
  const Matrix test = cases::random_matrix(4, 9, 2);
  const Case c = linearised::from_features(train, test, cases::random_matrix(1, 6, 3));
  const Vector theta = reference::least_squares(train, c.residual.transpose());
  const auto found = regress(c, c.residual, 0);
  EXPECT_EQ(found.rank, 5);
  EXPECT_LT((found.test_output.transpose() - test * theta).norm(), 1e-10 * theta.norm());
}

TEST(KernelRegression, OnEveryOutputApartIsTheFullForm) {
  const Case apart = linearised::random_case(1, 1);
  const Matrix targets = cases::random_matrix(3, 8, 5);
  Case full = apart;
  full.kernel = linearised::kronecker_identity(apart.kernel, 3);
  full.test_kernel = linearised::kronecker_identity(apart.test_kernel, 3);
  for (const double ridge : {0.0, 0.1}) {
    const auto a = regress(apart, targets, ridge);
    const auto f = regress(full, targets, ridge);
    EXPECT_LT((a.train_output - f.train_output).norm(), 1e-11);
    EXPECT_LT((a.test_output - f.test_output).norm(), 1e-11);
    EXPECT_EQ(3 * a.rank, f.rank);
  }
}

TEST(KernelRegression, OfAVanishingKernelIsZero) {
  Case c = linearised::random_case(1, 1);
  c.kernel.setZero();
  const auto found = regress(c, c.residual, 0);
  EXPECT_EQ(found.train_output.norm(), 0);
  EXPECT_EQ(found.test_output.norm(), 0);
  EXPECT_EQ(found.rank, 0);
}

}  // namespace
}  // namespace ntksweep
