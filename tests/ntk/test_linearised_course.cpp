#include "ntksweep/ntk/linearised_course.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../support/cases.hpp"
#include "ntksweep/ntk/kernel_eigenvectors.hpp"

/// The linearised network at the checkpoints of a cell: more of them than a panel holds, and an end outside.
namespace ntksweep {
namespace {

constexpr double eta = 0.05;
constexpr std::int64_t end = 100;  ///< not scheduled

struct Cell {
  Dataset data;
  Network<double> network;
  TrainingRules rules;
  std::vector<std::int64_t> schedule = std::vector<std::int64_t>(80);
  std::unique_ptr<InitialTheory> theory;

  explicit Cell(Index outputs, Trained trained = Trained::all, double decay = 0)
      : data(cases::regression(4, 20, outputs, 1)), rules{.weight_decay = decay, .toward = DecayToward::initial} {
    Architecture a;
    a.inputs = 4;
    a.width = 30;
    a.outputs = outputs;
    a.trained = trained;
    network = initialize(a, 1);
    std::iota(schedule.begin(), schedule.end(), 0);
    for (std::int64_t& step : schedule) step *= 3;
    theory = std::make_unique<InitialTheory>(network, data, rules, StatisticOptions{});
  }

  LinearisedCourse course() const { return {*theory, eta, schedule}; }
};

/// One moment by the formula itself, from an eigensystem of the full kernel.
struct Direct {
  Matrix train, test;
};
Direct direct(const Cell& cell, std::int64_t t, Dynamics dynamics) {
  const Eigensystem k = symmetric_eigensystem(empirical_ntk(cell.network, cell.data.x, KernelKind::full));
  const Matrix block = empirical_ntk(cell.network, cell.data.x_test, cell.data.x, KernelKind::full);
  const Matrix start = predict(cell.network, cell.data.x) - cell.data.y;
  const double n = static_cast<double>(cell.data.x.cols());
  const double ridge = n * cell.rules.weight_decay;
  Vector train = k.vectors.transpose() * start.reshaped();
  Vector test = train;
  for (Index i = 0; i < train.size(); ++i) {
    const double lambda = k.values(i) > eigenvalue_floor(k.values) ? k.values(i) : 0;
    const double x = eta * (lambda + ridge) / n;
    const auto steps = static_cast<double>(t);
    const double p = dynamics == Dynamics::flow ? std::exp(-x * steps) : std::pow(1 - x, steps);
    train(i) *= lambda + ridge == 0 ? 1 : (ridge + lambda * p) / (lambda + ridge);
    test(i) *= lambda + ridge == 0 ? steps * eta / n : (1 - p) / (lambda + ridge);
  }
  const Index outputs = start.rows();
  return {(k.vectors * train).reshaped(outputs, start.cols()),
          predict(cell.network, cell.data.x_test) -
              (block * (k.vectors * test)).reshaped(outputs, cell.data.x_test.cols())};
}

std::vector<std::int64_t> all_moments(const Cell& cell) {
  std::vector<std::int64_t> moments = cell.schedule;
  moments.push_back(end);
  return moments;
}

void expect_formula(const Cell& cell) {
  const LinearisedCourse course = cell.course();
  const double scale = direct(cell, 0, Dynamics::steps).train.norm();
  for (const std::int64_t t : all_moments(cell)) {
    for (const Dynamics dynamics : {Dynamics::steps, Dynamics::flow}) {
      const Direct expected = direct(cell, t, dynamics);
      EXPECT_LT((course.train_residual(t, dynamics) - expected.train).norm(), 1e-13 * scale) << t;
      EXPECT_LT((course.test_output(t, dynamics) - expected.test).norm(), 1e-12 * scale) << t;
      EXPECT_NEAR(course.train_loss(t, dynamics), expected.train.squaredNorm() / 40, 1e-13 * scale * scale) << t;
    }
  }
}

TEST(LinearisedCourse, IsTheFormulaAtEveryCheckpointAndTheEnd) {
  for (const Index outputs : {1, 3}) expect_formula(Cell(outputs));
}

TEST(LinearisedCourse, IsTheFormulaWhereOutputsAreApart) { expect_formula(Cell(3, Trained::output)); }

TEST(LinearisedCourse, IsTheFormulaWithWeightDecay) { expect_formula(Cell(3, Trained::all, 0.1)); }

struct Numbers {
  double loss;
  Matrix train, test;
  bool operator==(const Numbers&) const = default;
};
Numbers numbers(const LinearisedCourse& course, std::int64_t t, Dynamics dynamics) {
  return {course.train_loss(t, dynamics), course.train_residual(t, dynamics), course.test_output(t, dynamics)};
}

TEST(LinearisedCourse, HasTheSameBitsWhereverAskingBegins) {
  for (const Trained trained : {Trained::all, Trained::output}) {
    const Cell cell(3, trained);
    const LinearisedCourse forwards = cell.course(), backwards = cell.course();
    std::vector<Numbers> found;
    for (const std::int64_t t : all_moments(cell)) found.push_back(numbers(forwards, t, Dynamics::steps));
    std::vector<std::int64_t> moments = all_moments(cell);
    for (std::size_t i = moments.size(); i-- > 0;) {
      EXPECT_EQ(numbers(backwards, moments[i], Dynamics::steps), found[i]) << moments[i];
      const LinearisedCourse alone = cell.course();
      EXPECT_EQ(numbers(alone, moments[i], Dynamics::steps), found[i]) << moments[i];
    }
  }
}

TEST(LinearisedCourse, HasTheSameBitsWhateverElseIsAskedFor) {
  const Cell cell(3);
  const LinearisedCourse all = cell.course();
  const Numbers found = numbers(all, 30, Dynamics::steps);
  numbers(all, 30, Dynamics::flow);
  EXPECT_EQ(cell.course().train_residual(30, Dynamics::steps), found.train);
  EXPECT_EQ(cell.course().test_output(30, Dynamics::steps), found.test);
  EXPECT_EQ(cell.course().train_loss(30, Dynamics::steps), found.loss);
  const LinearisedCourse other_order = cell.course();
  EXPECT_EQ(other_order.test_output(30, Dynamics::steps), found.test);
  EXPECT_EQ(other_order.train_residual(30, Dynamics::steps), found.train);
  EXPECT_EQ(other_order.train_loss(30, Dynamics::steps), found.loss);
}

TEST(LinearisedCourse, HasNoModelWhereStepsDiffer) {
  const Cell cell(1);
  EXPECT_EQ(LinearisedCourse(*cell.theory, std::nan(""), cell.schedule).model(), nullptr);
  EXPECT_NE(cell.course().model(), nullptr);
}

}  // namespace
}  // namespace ntksweep
