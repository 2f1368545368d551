#include <gtest/gtest.h>

#include <cmath>

#include "../support/snapshots.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/ntk/spectrum.hpp"

/// Kernels of which nobody forms the entries.
namespace ntksweep {
namespace {

Network<double> network_of(Index width, Index outputs, const std::string& activation = "tanh") {
  Architecture a;
  a.inputs = 12;
  a.width = width;
  a.depth = 2;
  a.outputs = outputs;
  a.activation = activation;
  a.biases = Biases::all;
  return initialize(a, 5);
}

void expect_ends_of_the_spectrum(const Network<double>& network, const Matrix& x, KernelKind kind) {
  const MeasuredKernel whole = measure_kernel(network, x, kind);
  const KernelEnds ends = measure_kernel_ends(network, x, kind).ends();
  EXPECT_EQ(ends.rows, whole.matrix.rows());
  EXPECT_NEAR(ends.trace / whole.matrix.trace(), 1, 1e-13);
  EXPECT_NEAR(ends.lambda_max / whole.ends().lambda_max, 1, 1e-11);
  EXPECT_NEAR(ends.lambda_min / whole.ends().lambda_min, 1, 1e-3);
}

TEST(KernelEnds, AreThoseOfTheWholeSpectrum) {
  const Matrix x = cases::random_matrix(12, 40, 1);
  for (const Index outputs : {1, 3}) {
    const auto network = network_of(64, outputs);
    expect_ends_of_the_spectrum(network, x, KernelKind::full);
    expect_ends_of_the_spectrum(network, x, KernelKind::trace);
  }
}

/// More rows than Lanczos has vectors in a cycle, and more samples than a panel.
TEST(KernelEnds, AreFoundByRestartsOverSeveralPanels) {
  expect_ends_of_the_spectrum(network_of(64, 1), cases::random_matrix(12, 300, 2), KernelKind::trace);
}

TEST(KernelEnds, OfAKernelWithMoreRowsThanParametersHaveALambdaMinOfZero) {
  const Matrix x = cases::random_matrix(12, 120, 3);
  const auto network = network_of(4, 1);
  ASSERT_LT(trained_parameter_count(network.layers), 120);
  EXPECT_EQ(measure_kernel_ends(network, x, KernelKind::full).ends().lambda_min, 0);
}

TEST(KernelEnds, HaveNoLambdaMinWhereLanczosDoesNotReachOne) {
  Matrix x = cases::random_matrix(12, 600, 4);
  for (Index i = 0; i < 300; ++i) x.col(i + 300) = (1 + 1e-2) * x.col(i);
  const KernelEnds ends = measure_kernel_ends(network_of(48, 1), x, KernelKind::trace).ends();
  EXPECT_GT(ends.lambda_max, 0);
  EXPECT_TRUE(std::isnan(ends.lambda_min)) << ends.lambda_min;
}

TEST(KernelEnds, OfAKernelThatIsNotFiniteAreANumericalError) {
  auto network = network_of(8, 1);
  network.weights[0](0, 0) = std::nan("");
  EXPECT_THROW(measure_kernel_ends(network, cases::random_matrix(12, 5, 1), KernelKind::full), NumericalError);
}

TEST(KernelEnds, AreWhatStatisticsWithoutEntriesNeed) {
  const snapshots::Cell cell;
  MeasuredKernel ends{{}, {}, std::nan(""), KernelKind::full, KernelEnds{1000, 2, 8, 40}};
  Snapshot s = cell.snapshot();
  s.kernel = s.initial_kernel = &ends;
  EXPECT_EQ(snapshots::measure("ntk_lambda_min", s), 2);
  EXPECT_EQ(snapshots::measure("ntk_lambda_max", s), 8);
  EXPECT_EQ(snapshots::measure("ntk_trace", s), 40);
  EXPECT_EQ(snapshots::measure("ntk_stable_rank", s), 5);
  EXPECT_EQ(snapshots::measure("ntk_condition", s), 4);
  EXPECT_EQ(snapshots::measure("ntk_lambda_min_floor", s), 8000 * std::numeric_limits<double>::epsilon());
  for (const Statistic& row : statistics()) {
    if (row.group != Group::kernel || row.name == "ntk_lambda_min" || row.name == "ntk_lambda_max") continue;
    const bool known = row.name == "ntk_trace" || row.name == "ntk_stable_rank" || row.name == "ntk_condition" ||
                       row.name == "ntk_lambda_min_floor";
    EXPECT_EQ(std::isnan(snapshots::measure(row.name, s)), !known) << row.name;
  }
  ends.only_ends->lambda_min = std::nan("");
  EXPECT_TRUE(std::isnan(snapshots::measure("ntk_condition", s)));
}

}  // namespace
}  // namespace ntksweep
