#include <gtest/gtest.h>

#include <cmath>

#include "../support/decompositions.hpp"
#include "../support/linearised.hpp"
#include "ntksweep/ntk/kernel_eigenvectors.hpp"

namespace ntksweep {
namespace {

Matrix rotation(Index size, unsigned seed) {
  return reference::orthogonal_factor(cases::random_matrix(size, size, seed));
}

Eigensystem with_vectors(const Matrix& vectors) { return {Vector::LinSpaced(vectors.cols(), 1, 2), vectors}; }

TEST(KernelEigenvectors, OverlapOfASpaceWithItselfIsOneInAnyBasis) {
  const Matrix v = rotation(9, 1);
  Matrix turned = v;
  turned.rightCols(4) = v.rightCols(4) * rotation(4, 2);
  EXPECT_NEAR(subspace_overlap(with_vectors(v), with_vectors(turned), 4), 1, 1e-14);
  EXPECT_LT(subspace_overlap(with_vectors(v), with_vectors(turned), 3), 0.999);
}

TEST(KernelEigenvectors, OverlapIsTheMeanSquareCosineOfThePrincipalAngles) {
  Matrix turned = Matrix::Identity(6, 6);
  const double angle = 0.4;
  // The last but one vector leaves the top two for the third.
  turned.col(4) << 0, 0, 0, std::sin(angle), std::cos(angle), 0;
  turned.col(3) << 0, 0, 0, std::cos(angle), -std::sin(angle), 0;
  const double expected = (1 + std::cos(angle) * std::cos(angle)) / 2;
  EXPECT_NEAR(subspace_overlap(with_vectors(turned), with_vectors(Matrix::Identity(6, 6)), 2), expected, 1e-15);
}

TEST(KernelEigenvectors, OverlapOfEverythingIsOneHoweverManyAreAskedFor) {
  EXPECT_NEAR(subspace_overlap(with_vectors(rotation(5, 1)), with_vectors(rotation(5, 2)), 50), 1, 1e-14);
}

TEST(KernelEigenvectors, LabelEnergyIsWhatTheTopVectorsHold) {
  const Eigensystem system = with_vectors(rotation(7, 1));
  Matrix y = (3 * system.vectors.col(6) + 4 * system.vectors.col(2)).transpose();
  EXPECT_NEAR(label_energy(system, y, 1), 9.0 / 25, 1e-14);
  EXPECT_NEAR(label_energy(system, y, 4), 9.0 / 25, 1e-14);
  EXPECT_NEAR(label_energy(system, y, 5), 1, 1e-14);
  EXPECT_NEAR(label_energy(system, y, 70), 1, 1e-14);
}

TEST(KernelEigenvectors, LabelEnergySumsOverOutputs) {
  const Eigensystem system = with_vectors(rotation(7, 1));
  Matrix y(2, 7);
  y << system.vectors.col(6).transpose(), system.vectors.col(0).transpose();
  EXPECT_NEAR(label_energy(system, y, 1), 0.5, 1e-14);
}

TEST(KernelEigenvectors, OfAFullKernelReadTheTargetsSampleMajor) {
  const Eigensystem apart = symmetric_eigensystem(linearised::random_case(1, 1).kernel);
  const Eigensystem full =
      symmetric_eigensystem(linearised::kronecker_identity(linearised::random_case(1, 1).kernel, 3));
  const Matrix y = cases::random_matrix(3, 8, 4);
  EXPECT_NEAR(label_energy(full, y, 6), label_energy(apart, y, 2), 1e-12);
  EXPECT_NEAR(label_complexity(full, y), label_complexity(apart, y), 1e-11 * label_complexity(apart, y));
}

TEST(KernelEigenvectors, LabelComplexityIsTheInverseQuadraticFormPerSample) {
  const auto c = linearised::random_case(1, 1);
  const Matrix y = cases::random_matrix(1, 8, 4);
  const double expected = (y * reference::solve(c.kernel, y.transpose())).value() / 8;
  EXPECT_NEAR(label_complexity(*c.eigensystem(), y), expected, 1e-11 * expected);
}

TEST(KernelEigenvectors, LabelComplexityLeavesOutWhatASingularKernelCannotSee) {
  const auto c = linearised::duplicate_case();
  Matrix y = cases::random_matrix(1, 8, 4);
  y(0, 4) = y(0, 0);
  const double before = label_complexity(*c.eigensystem(), y);
  y(0, 0) += 1;
  y(0, 4) -= 1;
  EXPECT_TRUE(std::isfinite(before));
  EXPECT_NEAR(label_complexity(*c.eigensystem(), y), before, 1e-10 * before);
}

TEST(KernelEigenvectors, EffectiveDimensionIsTheTraceOfTheSmoother) {
  const auto c = linearised::random_case(1, 1);
  const Vector values = symmetric_eigenvalues(c.kernel);
  for (const double ridge : {1e-6, 0.1, 10.0}) {
    const Matrix smoother = reference::solve(c.kernel + 8 * ridge * Matrix::Identity(8, 8), c.kernel);
    EXPECT_NEAR(effective_dimension(values, ridge, 8), smoother.trace(), 1e-11);
  }
  EXPECT_NEAR(effective_dimension(values, 1e-12, 8), 8, 1e-9);
}

TEST(KernelEigenvectors, EffectiveDimensionTakesRoundingBelowZeroForZero) {
  Vector values(3);
  values << -1e-15, 1, 3;
  EXPECT_DOUBLE_EQ(effective_dimension(values, 0.5, 2), 0.5 + 0.75);
}

TEST(KernelEigenvectors, ModesAndValuesAreEachOthersInverse) {
  const Matrix y = cases::random_matrix(3, 8, 4);
  for (const Index size : {8, 24}) {
    const Eigensystem system = with_vectors(rotation(size, 1));
    const Matrix back = values_from_modes(system.vectors * mode_coefficients(system, y), 3);
    EXPECT_LT((back - y).norm(), 1e-13);
  }
}

}  // namespace
}  // namespace ntksweep
