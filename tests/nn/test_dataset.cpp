#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ntksweep/nn/dataset.hpp"

namespace ntksweep {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(SquaredLoss, IsHalfTheMeanOverSamplesAndTheSumOverOutputs) {
  const Matrix output = (Matrix(2, 3) << 1, 2, 3, 0, 0, 0).finished();
  const Matrix target = (Matrix(2, 3) << 0, 0, 0, 4, 0, 0).finished();
  EXPECT_DOUBLE_EQ(squared_loss(output, target), (1 + 4 + 9 + 16) / 6.0);
}

TEST(ClassificationError, IsNotDefinedForRegression) {
  EXPECT_TRUE(std::isnan(classification_error(TargetKind::regression, Matrix::Ones(1, 2), Matrix::Ones(1, 2))));
}

TEST(ClassificationError, CountsWrongSigns) {
  const Matrix output = (Matrix(1, 4) << 0.1, -3, 2, -0.2).finished();
  const Matrix target = (Matrix(1, 4) << 1, -1, -1, 1).finished();
  EXPECT_DOUBLE_EQ(classification_error(TargetKind::binary, output, target), 0.5);
}

TEST(ClassificationError, CountsAnOutputOfZeroAsWrong) {
  EXPECT_EQ(classification_error(TargetKind::binary, Matrix::Zero(1, 2), (Matrix(1, 2) << 1, -1).finished()), 1.0);
}

TEST(ClassificationError, ComparesTheLargestOutputs) {
  const Matrix output = (Matrix(3, 2) << 0.2, 5, 0.9, -1, -2, 4).finished();
  const Matrix target = (Matrix(3, 2) << 0, 0, 1, 0, 0, 1).finished();
  EXPECT_DOUBLE_EQ(classification_error(TargetKind::multiclass, output, target), 0.5);
}

TEST(ClassificationError, CountsOutputsThatAreNotFiniteAsWrong) {
  const Matrix binary = (Matrix(1, 3) << nan, HUGE_VAL, 1).finished();
  EXPECT_DOUBLE_EQ(classification_error(TargetKind::binary, binary, Matrix::Ones(1, 3)), 2.0 / 3.0);
  const Matrix output = (Matrix(2, 2) << 1, HUGE_VAL, nan, 0).finished();
  const Matrix target = (Matrix(2, 2) << 1, 1, 0, 0).finished();
  EXPECT_EQ(classification_error(TargetKind::multiclass, output, target), 1.0);
}

}  // namespace
}  // namespace ntksweep
