#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Q diag(values) Q^T with a random orthogonal Q.
Matrix with_eigenvalues(const Vector& values) {
  const Matrix q = reference::orthogonal_factor(cases::random_matrix(values.size(), values.size(), 9));
  const Matrix m = q * values.asDiagonal() * q.transpose();
  return 0.5 * (m + m.transpose());
}

Architecture small(Index depth) {
  Architecture a;
  a.inputs = 5;
  a.width = 64;
  a.depth = depth;
  a.biases = Biases::all;
  return a;
}

TEST(Spectrum, FindsTheEigenvaluesAMatrixWasMadeOf) {
  for (const Index n : {1, 2, 3, 10, 100, 200}) {
    const Vector values = Vector::LinSpaced(n, n == 1 ? 5 : -3, 5);
    EXPECT_LT((symmetric_eigenvalues(with_eigenvalues(values)) - values).cwiseAbs().maxCoeff(),
              1e-13 * static_cast<double>(n));
  }
}

TEST(Spectrum, IsInAscendingOrder) {
  const Vector values = symmetric_eigenvalues(with_eigenvalues(cases::random_matrix(40, 1, 2)));
  for (Index i = 1; i < values.size(); ++i) EXPECT_LE(values(i - 1), values(i));
}

TEST(Spectrum, LooksAtTheMatrixOnlyAndLeavesItAlone) {
  const Matrix matrix = with_eigenvalues(Vector::LinSpaced(20, 1, 20));
  const Matrix copy = matrix;
  symmetric_eigenvalues(matrix);
  EXPECT_EQ(matrix, copy);
}

/// diag(values) between two reflections at a random plane, entry by entry.
Matrix reflected(const Vector& values) {
  const Vector v = cases::random_matrix(values.size(), 1, 8).normalized();
  const Vector dv = values.cwiseProduct(v);
  Matrix m = 4 * v.dot(dv) * v * v.transpose() - 2 * (v * dv.transpose() + dv * v.transpose());
  m.diagonal() += values;
  m.triangularView<Eigen::StrictlyUpper>() = m.transpose();
  return m;
}

/// From 2048 rows on the reduction goes through a band.
TEST(Spectrum, OfALargeMatrixIsFoundOnBothSidesOfTheChangeOfAlgorithm) {
  for (const Index n : {2047, 2048}) {
    const Vector values = Vector::LinSpaced(n, 1e-6, 3);
    Matrix matrix = reflected(values);
    const Matrix copy = matrix;
    EXPECT_LT((eigenvalues_in_place(matrix) - values).cwiseAbs().maxCoeff(), 1e-12) << n;
    EXPECT_EQ(matrix, copy) << n;
    matrix(n - 1, n / 2) = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(eigenvalues_in_place(matrix), NumericalError) << n;
  }
}

TEST(Spectrum, InPlaceHasTheSameBitsAndGivesTheMatrixBack) {
  for (const Index n : {1, 2, 7, 8, 9, 130}) {
    Matrix matrix = with_eigenvalues(cases::random_matrix(n, 1, 5));
    const Matrix copy = matrix;
    EXPECT_EQ(eigenvalues_in_place(matrix), symmetric_eigenvalues(copy)) << n;
    EXPECT_EQ(matrix, copy) << n;
  }
}

TEST(Spectrum, OfAKernelThatIsNotFiniteIsANumericalError) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const Index at : {0, 3, 8}) {
      Matrix matrix = Matrix::Identity(3, 3);
      matrix.data()[at] = bad;
      EXPECT_THROW(symmetric_eigenvalues(matrix), NumericalError);
    }
  }
}

TEST(Spectrum, EigenvectorsAreOrthonormalAndBelongToTheirValues) {
  for (const Index n : {1, 2, 40}) {
    const Matrix matrix = with_eigenvalues(cases::random_matrix(n, 1, 3));
    const Eigensystem system = symmetric_eigensystem(matrix);
    EXPECT_LT((system.values - symmetric_eigenvalues(matrix)).norm(), 1e-13);
    EXPECT_LT((system.vectors.transpose() * system.vectors - Matrix::Identity(n, n)).norm(), 1e-13);
    EXPECT_LT((matrix * system.vectors - system.vectors * system.values.asDiagonal()).norm(), 1e-13);
  }
}

TEST(Spectrum, EigenvectorsOfAKernelThatIsNotFiniteAreANumericalError) {
  Matrix matrix = Matrix::Identity(3, 3);
  matrix(2, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(symmetric_eigensystem(matrix), NumericalError);
}

TEST(Spectrum, TheFloorIsSizeTimesEpsilonTimesTheLargest) {
  Vector values(4);
  values << -1, 0, 1, 50;
  EXPECT_DOUBLE_EQ(eigenvalue_floor(values), 4 * epsilon * 50);
}

TEST(Spectrum, AnExactDuplicateHasAnEigenvalueBelowTheFloor) {
  for (const Index depth : {1, 2, 3}) {
    Matrix x = cases::random_matrix(5, 20, 1);
    x.col(13) = x.col(4);
    const Vector values = symmetric_eigenvalues(empirical_ntk(initialize(small(depth), 1), x, KernelKind::trace));
    EXPECT_LT(std::abs(values(0)), eigenvalue_floor(values));
    EXPECT_GT(values(1), 100 * eigenvalue_floor(values));
  }
}

/// A pair of samples at distance e brings an eigenvalue of order e^2. Squares of the singular values
/// of the explicit Jacobian know it to high relative accuracy; the float64 kernel has to agree to
/// within its floor, and float32 could not tell it from zero.
TEST(Spectrum, ANearDuplicateKeepsItsSmallEigenvalue) {
  for (const double distance : {1e-2, 1e-3, 1e-4, 1e-5}) {
    Matrix x = cases::random_matrix(5, 20, 1);
    x.col(13) = x.col(4);
    x(2, 13) += distance;
    auto architecture = small(1);
    architecture.activation = "tanh";
    const auto network = initialize(architecture, 1);
    const Vector values = symmetric_eigenvalues(empirical_ntk(network, x, KernelKind::trace));
    const Matrix j = reference::jacobian(network, x);
    const double singular = reference::singular_values(j).minCoeff();
    EXPECT_NEAR(values(0), singular * singular, eigenvalue_floor(values)) << distance;
    EXPECT_GT(values(0), 0) << distance;
    if (distance >= 1e-4) {
      EXPECT_GT(values(0), eigenvalue_floor(values)) << distance;
    }
  }
}

}  // namespace
}  // namespace ntksweep
