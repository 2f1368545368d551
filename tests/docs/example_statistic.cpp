#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "../support/snapshots.hpp"
#include "ntksweep/sweep/record.hpp"

/// The code of docs/adding-a-statistic.md, compiled and run.
namespace ntksweep {
namespace {

using Out = std::span<double>;

// example: begin
/// The middle one in ascending order, or the mean of the two in the middle.
void lambda_median(const Snapshot& s, Out out) {
  const Vector& values = s.kernel->eigenvalues;
  const Index size = values.size();
  out[0] = 0.5 * (values((size - 1) / 2) + values(size / 2));
}

constexpr Statistic median_row{"ntk_lambda_median",
                               Group::kernel,
                               Taken::kernel_checkpoint,
                               Shape::scalar,
                               Number::real,
                               "1",
                               "median eigenvalue of the empirical NTK",
                               "median_i lambda_i(K_t)",
                               "",
                               lambda_median};
// example: end

double of(const Snapshot& snapshot) {
  double value = std::nan("");
  median_row.measure(snapshot, {&value, 1});
  return value;
}

TEST(ExampleStatistic, IsTheMedianOfAnOddAndAnEvenNumberOfEigenvalues) {
  const snapshots::Cell cell(KernelKind::trace);
  Snapshot now = cell.snapshot();
  const Vector& values = cell.kernel.eigenvalues;
  ASSERT_EQ(values.size(), 7);
  EXPECT_EQ(std::ranges::count_if(values, [&](double value) { return value < of(now); }), 3);
  EXPECT_EQ(std::ranges::count_if(values, [&](double value) { return value > of(now); }), 3);
  const MeasuredKernel even = snapshots::random_kernel(6, 9, 5, KernelKind::trace);
  now.kernel = &even;
  EXPECT_DOUBLE_EQ(of(now), (even.eigenvalues(2) + even.eigenvalues(3)) / 2);
}

TEST(ExampleStatistic, GetsAPlaceInTheRecordForEveryCheckpoint) {
  const RecordLayout layout = make_layout({&median_row}, {.checkpoints = 5, .layers = 3, .eigenvalues = 7});
  ASSERT_EQ(layout.fields.size(), 1u);
  EXPECT_EQ(layout.size, 5u);
}

}  // namespace
}  // namespace ntksweep
