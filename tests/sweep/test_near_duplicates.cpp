#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "../support/cases.hpp"
#include "../support/data_files.hpp"
#include "../support/decompositions.hpp"
#include "../support/reference_network.hpp"
#include "task_sweep.hpp"

/// The smallest eigenvalue of a cell with two samples at a small distance: of order distance^2, which single precision
/// loses. Singular values of the explicit Jacobian know it without squaring anything.
namespace ntksweep {
namespace {

constexpr Index samples = 12;

std::string csv(double distance) {
  Matrix table = cases::random_matrix(6, samples, 1);  // five inputs and the label
  table.col(7) = table.col(2);
  table(3, 7) += distance;
  std::ostringstream text;
  text.precision(17);
  for (Index i = 0; i < samples; ++i) {
    for (Index k = 0; k < 6; ++k) text << table(k, i) << (k == 5 ? '\n' : ',');
  }
  return text.str();
}

struct Measured {
  CellRun run;
  double lambda_min, lambda_max, floor, expected;
};

Measured measure(double distance, const std::string& precision) {
  const TemporaryFolder folder;
  const std::string train = folder.write("train.csv", csv(distance));
  const std::string test = folder.write("test.csv", "1,2,3,4,5,0.5\n");
  const Sweep sweep(
      "[grid]\nwidth = 40\nsamples = 12\n[model]\nactivation = \"tanh\"\n[training]\nmax_steps = 2\nprecision = \"" +
      precision + "\"\n[data]\nsource = \"csv\"\ntargets = \"value\"\npath = \"" + train + "\"\ntest_path = \"" + test +
      "\"\n");
  Measured found{sweep.run({0}).front(), 0, 0, 0, 0};
  EXPECT_NE(found.run.record.status, Status::failed) << found.run.record.message;
  const auto values = sweep.values(found.run);
  found.lambda_min = values.at("ntk_lambda_min").front();
  found.lambda_max = values.at("ntk_lambda_max").front();
  found.floor = values.at("ntk_lambda_min_floor").front();
  const Matrix jacobian = reference::jacobian(found.run.initial, found.run.data->x);
  const double singular = reference::singular_values(jacobian).minCoeff();
  found.expected = singular * singular;
  return found;
}

TEST(NearDuplicates, HaveTheSmallestEigenvalueOfTheExplicitJacobian) {
  for (const char* precision : {"float64", "float32"}) {
    for (const double distance : {1e-2, 1e-3, 1e-4, 1e-5}) {
      const Measured found = measure(distance, precision);
      EXPECT_NEAR(found.lambda_min, found.expected, found.floor) << distance << ", " << precision;
      EXPECT_GT(found.lambda_min, found.floor) << distance << ", " << precision;
    }
  }
}

TEST(NearDuplicates, BelowTheFloorAreSeenByTheFloor) {
  for (const double distance : {0.0, 1e-9, 1e-8}) {
    const Measured found = measure(distance, "float64");
    EXPECT_LT(found.lambda_min, found.floor) << distance;
    EXPECT_LT(found.expected, found.floor) << distance;
    EXPECT_DOUBLE_EQ(found.floor, samples * std::numeric_limits<double>::epsilon() * found.lambda_max);
  }
}

/// What the tests above would find if kernels were single precision, so that they are known to be sharp.
TEST(NearDuplicates, AreLostInSinglePrecision) {
  const Measured found = measure(1e-4, "float64");
  const auto jacobian = reference::jacobian(found.run.initial, found.run.data->x).cast<float>().eval();
  const MatrixOf<float> kernel = jacobian * jacobian.transpose();
  const double single = reference::eigenvalues(kernel.cast<double>()).minCoeff();
  EXPECT_GT(std::abs(single - found.expected), found.expected);
  EXPECT_GT(found.lambda_max / found.expected, 1e8);
}

}  // namespace
}  // namespace ntksweep
