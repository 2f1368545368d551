#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "../support/snapshots.hpp"

namespace ntksweep {
namespace {

using snapshots::Cell;
using snapshots::measure;

double loss(const Matrix& f, const Matrix& y) {
  double sum = 0;
  for (Index i = 0; i < f.cols(); ++i) {
    for (Index c = 0; c < f.rows(); ++c) sum += (f(c, i) - y(c, i)) * (f(c, i) - y(c, i));
  }
  return sum / 2 / static_cast<double>(f.cols());
}

TEST(Statistics, EveryRowSaysWhatItIs) {
  std::set<std::string_view> names;
  for (const auto& row : statistics()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.unit.empty()) << row.name;
    EXPECT_FALSE(row.long_name.empty()) << row.name;
    EXPECT_FALSE(row.formula.empty()) << row.name;
    EXPECT_NE(row.measure, nullptr) << row.name;
    EXPECT_FALSE(group_info(row.group).name.empty());
  }
}

TEST(Statistics, NamesThatScriptsRelyOnAreThere) {
  for (const auto* name :
       {"steps", "step_size_absolute", "train_loss", "test_loss", "checkpoint_step", "ntk_lambda_min", "ntk_lambda_max",
        "ntk_trace", "ntk_drift", "ntk_eigenvalues", "weight_movement"}) {
    EXPECT_NO_THROW(snapshots::row(name)) << name;
  }
}

/// Of the invented cell: three layers, seven eigenvalues kept (the limit has no more), three outputs for three test
/// samples.
std::size_t size_of(Shape shape) {
  if (shape == Shape::scalar) return 1;
  return shape == Shape::per_layer ? 3 : shape == Shape::spectrum ? 7 : 9;
}

/// What has no value for this cell: a regression, deep and not linear, without a known teacher.
bool is_missing(const Statistic& row) {
  const bool error = row.name.find("_error") != std::string_view::npos && row.name != "test_loss_error" &&
                     row.name != "best_test_error";
  return error || row.group == Group::two_layer || row.group == Group::risk;
}

TEST(Statistics, EveryRowFillsItsPlaceWithANumber) {
  const Cell cell;
  auto s = cell.snapshot();
  s.outcome = {Status::converged, 9, 4, 1.0, 0.01, 2.0, 3};
  s.outcome.form = TrainingForm::dual;
  s.step_size_absolute = 0.5;
  s.step_size_critical = 2;
  for (const auto& row : statistics()) {
    for (const double value : measure(row.name, s, size_of(row.shape))) {
      EXPECT_EQ(std::isnan(value), is_missing(row)) << row.name;
    }
  }
}

TEST(Statistics, LossesAreHalfTheMeanSquareOverTheirOwnLabels) {
  Cell cell;
  cell.data.y_clean = cases::random_matrix(3, 7, 31);
  const auto s = cell.snapshot();
  EXPECT_NEAR(measure("train_loss", s), loss(s.train_output, cell.data.y), 1e-14);
  EXPECT_NEAR(measure("train_loss_clean", s), loss(s.train_output, cell.data.y_clean), 1e-14);
  EXPECT_NEAR(measure("test_loss", s), loss(s.test_output, cell.data.y_test), 1e-14);
}

TEST(Statistics, ErrorsOfManyClassesCountTheWrongLargestOutput) {
  Cell cell;
  cell.data.kind = TargetKind::multiclass;
  cell.data.y = cell.data.y_clean = Matrix::Zero(3, 7);
  cell.data.y_test = Matrix::Zero(3, 3);
  cell.data.y.row(0).setOnes();
  cell.data.y_clean.row(1).setOnes();
  cell.data.y_test.row(2).setOnes();
  auto s = cell.snapshot();
  s.train_output = Matrix::Constant(3, 7, 0.1);
  for (Index i = 0; i < 7; ++i) s.train_output(i < 4 ? 0 : i < 6 ? 1 : 2, i) = 0.5;
  s.test_output = Matrix::Identity(3, 3);
  EXPECT_NEAR(measure("train_error", s), 3.0 / 7, 1e-15);
  EXPECT_NEAR(measure("train_error_clean", s), 5.0 / 7, 1e-15);
  EXPECT_NEAR(measure("test_error", s), 2.0 / 3, 1e-15);
}

TEST(Statistics, ErrorsOfTwoClassesCountTheWrongSignAndZeroIsWrong) {
  Cell cell;
  cell.data.kind = TargetKind::binary;
  cell.data.y = Matrix::Ones(1, 4);
  cell.data.y(0, 3) = -1;
  cell.data.y_clean = cell.data.y;
  auto s = cell.snapshot();
  s.train_output = Matrix(1, 4);
  s.train_output << 0.1, -0.1, 0.0, -3;
  EXPECT_EQ(measure("train_error", s), 0.5);
}

TEST(Statistics, WeightMovementIsRelativeLayerByLayerAndLeavesBiasesOut) {
  const Cell cell;
  const auto values = measure("weight_movement", cell.snapshot(), 3);
  for (std::size_t l = 0; l < 3; ++l) {
    double moved = 0, initial = 0;
    for (Index k = 0; k < cell.initial.weights[l].size(); ++k) {
      const double before = cell.initial.weights[l].data()[k];
      moved += std::pow(cell.network.weights[l].data()[k] - before, 2);
      initial += before * before;
    }
    EXPECT_NEAR(values[l], std::sqrt(moved / initial), 1e-13);
  }
}

TEST(Statistics, ParameterMovementIsRelativeOverWeightsAndBiases) {
  const Cell cell;
  double moved = 0, initial = 0;
  for (std::size_t l = 0; l < 3; ++l) {
    moved += (cell.network.weights[l] - cell.initial.weights[l]).squaredNorm() +
             (cell.network.biases[l] - cell.initial.biases[l]).squaredNorm();
    initial += cell.initial.weights[l].squaredNorm() + cell.initial.biases[l].squaredNorm();
  }
  EXPECT_GT(cell.initial.biases[0].norm(), 0);
  EXPECT_NEAR(measure("parameter_movement", cell.snapshot()), std::sqrt(moved / initial), 1e-13);
}

TEST(Statistics, CountsAndStepsArePassedOn) {
  const Cell cell;
  auto s = cell.snapshot();
  s.outcome = {Status::converged, 9, 4};
  s.step_size_absolute = 0.5;
  s.step_size_critical = 2;
  EXPECT_EQ(measure("checkpoint_step", s), 17);
  EXPECT_EQ(measure("steps", s), 9);
  EXPECT_EQ(measure("interpolation_step", s), 4);
  EXPECT_EQ(measure("step_size_absolute", s), 0.5);
  EXPECT_EQ(measure("step_size_critical", s), 2);
  const double count = 4 * 5 + 5 + 5 * 5 + 5 + 5 * 3;
  EXPECT_EQ(measure("parameter_count", s), count);
  EXPECT_EQ(measure("trained_parameter_count", s), count);
  EXPECT_DOUBLE_EQ(measure("parameters_per_target", s), count / 21);
}

TEST(Statistics, AStepThatWasNeverTakenIsLeftMissing) {
  const Cell cell;
  auto s = cell.snapshot();
  s.outcome = {Status::max_steps, 9, -1};
  EXPECT_TRUE(std::isnan(measure("interpolation_step", s)));
}

}  // namespace
}  // namespace ntksweep
