#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "ntksweep/nn/thin_svd.hpp"

namespace ntksweep {
namespace {

/// Wide, tall, of one row, and large enough to be divided (from 16 columns on).
std::vector<Matrix> every_shape() {
  std::vector<Matrix> result;
  for (const auto& [rows, columns] : {std::pair<Index, Index>{3, 8}, {8, 3}, {1, 5}, {50, 40}, {40, 90}}) {
    result.push_back(cases::random_matrix(rows, columns, 1));
  }
  result.push_back(cases::random_matrix(60, 5, 2) * cases::random_matrix(5, 50, 3));  // of rank 5
  return result;
}

double distance_from_identity(const Matrix& a) { return (a - Matrix::Identity(a.rows(), a.cols())).norm(); }

TEST(ThinSvd, IsAFactorizationIntoOrthonormalColumns) {
  for (const Matrix& a : every_shape()) {
    const ThinSvd svd = thin_svd(a);
    EXPECT_LT((svd.left * svd.values.asDiagonal() * svd.right.transpose() - a).norm(), 1e-13 * a.norm());
    EXPECT_EQ(svd.values.size(), std::min(a.rows(), a.cols()));
    EXPECT_LT(distance_from_identity(svd.left.transpose() * svd.left), 1e-12);
    EXPECT_LT(distance_from_identity(svd.right.transpose() * svd.right), 1e-12);
  }
}

TEST(ThinSvd, HasTheValuesOfJacobisMethodWithAndWithoutTheVectors) {
  for (const Matrix& a : every_shape()) {
    const Vector expected = reference::singular_values(a);
    EXPECT_LT((thin_svd(a).values - expected).norm(), 1e-13 * expected.norm());
    EXPECT_LT((singular_values(a) - expected).norm(), 1e-13 * expected.norm());
  }
}

}  // namespace
}  // namespace ntksweep
