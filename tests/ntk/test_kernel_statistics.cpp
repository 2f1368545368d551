#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/decompositions.hpp"
#include "../support/snapshots.hpp"

namespace ntksweep {
namespace {

using snapshots::Cell;
using snapshots::measure;

/// tr(A B) for symmetric matrices, by the definition of the product.
double trace_of_product(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.cols(); ++j) sum += a(i, j) * b(j, i);
  }
  return sum;
}

void expect_near(double value, double expected) { EXPECT_NEAR(value, expected, 1e-12 * (1 + std::abs(expected))); }

TEST(KernelStatistics, ExtremesAreTheEndsOfTheSpectrum) {
  const Cell cell;
  const auto s = cell.snapshot();
  expect_near(measure("ntk_lambda_min", s), cell.kernel.eigenvalues.minCoeff());
  expect_near(measure("ntk_lambda_max", s), cell.kernel.eigenvalues.maxCoeff());
  EXPECT_GT(measure("ntk_lambda_max", s), measure("ntk_lambda_min", s));
}

TEST(KernelStatistics, TheFloorIsSizeTimesEpsilonTimesTheLargest) {
  const Cell cell;
  const double expected = 21 * std::numeric_limits<double>::epsilon() * cell.kernel.eigenvalues.maxCoeff();
  EXPECT_DOUBLE_EQ(measure("ntk_lambda_min_floor", cell.snapshot()), expected);
}

TEST(KernelStatistics, TheConditionNumberIsTheRatioOfTheExtremes) {
  const Cell cell;
  const auto& values = cell.kernel.eigenvalues;
  expect_near(measure("ntk_condition", cell.snapshot()), values.maxCoeff() / values.minCoeff());
}

TEST(KernelStatistics, TheConditionNumberOfASingularKernelIsBoundedByTheFloor) {
  Cell cell;
  for (const double smallest : {0.0, -1e-18}) {
    cell.kernel.eigenvalues(0) = smallest;
    expect_near(measure("ntk_condition", cell.snapshot()), 1 / (21 * std::numeric_limits<double>::epsilon()));
  }
}

TEST(KernelStatistics, TheTraceIsTheSumOfTheEigenvalues) {
  const Cell cell;
  expect_near(measure("ntk_trace", cell.snapshot()), cell.kernel.eigenvalues.sum());
}

TEST(KernelStatistics, TheEffectiveRankIsTheExponentialOfTheEntropy) {
  const Cell cell;
  const auto& values = cell.kernel.eigenvalues;
  double entropy = 0;
  for (const double value : values) entropy += value / values.sum() * std::log(values.sum() / value);
  expect_near(measure("ntk_effective_rank", cell.snapshot()), std::exp(entropy));
}

TEST(KernelStatistics, RanksOfAProjectionAreItsDimension) {
  Cell cell(KernelKind::trace);
  cell.kernel.matrix = Vector::Unit(7, 1).asDiagonal();
  cell.kernel.matrix(3, 3) = cell.kernel.matrix(4, 4) = 1;
  cell.kernel.eigenvalues << -1e-17, 0, 0, 0, 1, 1, 1;  // rounding below zero must not become NaN
  cell.kernel.norm = std::sqrt(3.0);
  for (const auto* name : {"ntk_effective_rank", "ntk_stable_rank", "ntk_participation_ratio"}) {
    EXPECT_NEAR(measure(name, cell.snapshot()), 3, 1e-13) << name;
  }
}

TEST(KernelStatistics, TheStableRankIsTheTraceOverTheLargest) {
  const Cell cell;
  const auto& values = cell.kernel.eigenvalues;
  expect_near(measure("ntk_stable_rank", cell.snapshot()), values.sum() / values.maxCoeff());
}

TEST(KernelStatistics, TheParticipationRatioIsTheSquaredTraceOverTheTraceOfTheSquare) {
  const Cell cell;
  const Matrix& k = cell.kernel.matrix;
  expect_near(measure("ntk_participation_ratio", cell.snapshot()), k.trace() * k.trace() / trace_of_product(k, k));
}

TEST(KernelStatistics, AlignmentOfAFullKernelTakesTheTargetsSampleMajor) {
  const Cell cell;
  const Matrix& k = cell.kernel.matrix;
  double product = 0;
  for (Index i = 0; i < 7; ++i) {
    for (Index j = 0; j < 7; ++j) {
      for (Index a = 0; a < 3; ++a) {
        for (Index b = 0; b < 3; ++b) product += cell.data.y(a, i) * k(3 * i + a, 3 * j + b) * cell.data.y(b, j);
      }
    }
  }
  expect_near(measure("ntk_alignment", cell.snapshot()),
              product / (std::sqrt(trace_of_product(k, k)) * cell.data.y.squaredNorm()));
}

TEST(KernelStatistics, AlignmentOfATracedKernelIsThatWithTheGramMatrixOfTheTargets) {
  const Cell cell(KernelKind::trace);
  const Matrix& k = cell.kernel.matrix;
  const Matrix gram = cell.data.y.transpose() * cell.data.y;
  expect_near(measure("ntk_alignment", cell.snapshot()),
              trace_of_product(k, gram) / std::sqrt(trace_of_product(k, k) * trace_of_product(gram, gram)));
}

TEST(KernelStatistics, AlignmentOfTheTargetsOwnKernelIsOne) {
  Cell cell;
  const Vector y = cell.data.y.reshaped();
  cell.kernel.matrix = y * y.transpose();
  cell.kernel.norm = y.squaredNorm();
  EXPECT_NEAR(measure("ntk_alignment", cell.snapshot()), 1, 1e-14);
}

TEST(KernelStatistics, CentredAlignmentIsTheCosineWithTheCentredGramMatrix) {
  for (const double constant : {0.0, 3.0}) {
    Cell cell(KernelKind::trace);
    const Matrix from_mean = cell.data.y.colwise() - cell.data.y.rowwise().mean();
    cell.kernel.matrix = from_mean.transpose() * from_mean + Matrix::Constant(7, 7, constant);
    EXPECT_NEAR(measure("ntk_alignment_centered", cell.snapshot()), 1, 1e-13);
  }
}

/// H K H as a product of matrices.
Matrix centred(const Matrix& kernel) {
  const Index n = kernel.rows();
  const Matrix h = Matrix::Identity(n, n) - Matrix::Constant(n, n, 1.0 / static_cast<double>(n));
  return h * kernel * h;
}

TEST(KernelStatistics, CentredSumsAreThoseOfExplicitCentring) {
  for (const KernelKind kind : {KernelKind::full, KernelKind::trace}) {
    const Cell cell(kind);
    const Matrix k = centred(cell.kernel.matrix);
    const Matrix k0 = centred(cell.initial_kernel.matrix);
    expect_near(measure("ntk_cka", cell.snapshot()), trace_of_product(k, k0) / (k.norm() * k0.norm()));
    const KernelSums& sums = kernel_sums(cell.kernel, cell.data.y);
    expect_near(sums.centred_norm / k.norm(), 1);
    const Matrix y = kind == KernelKind::full ? Matrix(cell.data.y.reshaped(1, 21)) : cell.data.y;
    expect_near(sums.centred_label_product, trace_of_product(k, y.transpose() * y));
    expect_near(sums.label_product, trace_of_product(cell.kernel.matrix, y.transpose() * y));
  }
}

TEST(KernelStatistics, CentredSumsDoNotCancelUnderALargeMean) {
  const Cell small;
  Cell large;
  large.kernel.matrix.array() += 1e6;
  large.initial_kernel.matrix.array() += 1e7;
  EXPECT_NEAR(measure("ntk_cka", large.snapshot()), measure("ntk_cka", small.snapshot()), 1e-8);
}

TEST(KernelStatistics, DriftIsTheRelativeChange) {
  const Cell cell;
  const Matrix change = cell.kernel.matrix - cell.initial_kernel.matrix;
  expect_near(measure("ntk_drift", cell.snapshot()),
              std::sqrt(trace_of_product(change, change) /
                        trace_of_product(cell.initial_kernel.matrix, cell.initial_kernel.matrix)));
}

TEST(KernelStatistics, DistanceIsOneMinusTheCosine) {
  const Cell cell;
  const Matrix &k = cell.kernel.matrix, &k0 = cell.initial_kernel.matrix;
  expect_near(measure("ntk_distance", cell.snapshot()),
              1 - trace_of_product(k, k0) / std::sqrt(trace_of_product(k, k) * trace_of_product(k0, k0)));
}

TEST(KernelStatistics, CkaIsTheCosineOfTheCentredKernels) {
  const Cell cell;
  const Matrix h = Matrix::Identity(21, 21) - Matrix::Constant(21, 21, 1.0 / 21);
  const Matrix k = h * cell.kernel.matrix * h, k0 = h * cell.initial_kernel.matrix * h;
  expect_near(measure("ntk_cka", cell.snapshot()),
              trace_of_product(k, k0) / std::sqrt(trace_of_product(k, k) * trace_of_product(k0, k0)));
}

TEST(KernelStatistics, AKernelThatDidNotMoveHasNoDriftNoDistanceAndFullAlignment) {
  Cell cell;
  cell.kernel = cell.initial_kernel;
  EXPECT_EQ(measure("ntk_drift", cell.snapshot()), 0);
  EXPECT_NEAR(measure("ntk_distance", cell.snapshot()), 0, 1e-15);
  EXPECT_NEAR(measure("ntk_cka", cell.snapshot()), 1, 1e-15);
}

TEST(KernelStatistics, DistanceIsBlindToScaleAndDriftIsNot) {
  Cell cell;
  cell.kernel.matrix = 3 * cell.initial_kernel.matrix;
  cell.kernel.norm = 3 * cell.initial_kernel.norm;
  EXPECT_NEAR(measure("ntk_distance", cell.snapshot()), 0, 1e-15);
  EXPECT_NEAR(measure("ntk_drift", cell.snapshot()), 2, 1e-14);
}

TEST(KernelStatistics, EigenvaluesComeLargestFirstAndAsManyAsAskedFor) {
  const Cell cell;
  for (const std::size_t count : {1, 5, 21}) {
    const auto values = measure("ntk_eigenvalues", cell.snapshot(), count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(values[i], cell.kernel.eigenvalues(20 - static_cast<Index>(i)));
    }
  }
}

TEST(KernelStatistics, AMeasuredKernelHoldsTheKernelItsSpectrumAndItsNorm) {
  const Cell cell;
  for (const KernelKind kind : {KernelKind::full, KernelKind::trace}) {
    const auto measured = measure_kernel(cell.network, cell.data.x, kind);
    EXPECT_EQ(measured.matrix, empirical_ntk(cell.network, cell.data.x, kind));
    const Vector expected = reference::eigenvalues(measured.matrix);
    EXPECT_LT((measured.eigenvalues - expected).norm(), 1e-13 * expected.norm());
    EXPECT_NEAR(measured.norm, expected.norm(), 1e-13 * expected.norm());
    EXPECT_EQ(measured.kind, kind);
  }
}

}  // namespace
}  // namespace ntksweep
